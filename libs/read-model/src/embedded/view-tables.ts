import { LedgerError, type ColumnType, type ListDefinition, type ViewDefinition } from '#event-sourcing';
import type { Connection } from './connection.js';

/** Names of columns every list has, which a definition must not use. */
const TAKEN = new Set(['tenant', 'customer', 'cell', 'key']);
/** As many as a mask of 32 bits tells apart. */
const MOST_COLUMNS = 31;
const NAME = /^[a-z][A-Za-z0-9_]{0,60}$/;
const SQL_TYPES: Readonly<Record<ColumnType, string>> = { text: 'TEXT', integer: 'INTEGER', real: 'REAL' };

/** The tables of one generation of a view, with its statements. */
export class ViewTables {
  /** Head without touching the root cell, which lies beside it: every event changes both, so that is one page less. */
  readonly upsertHead: string;
  readonly upsertHeadAndRoot: string;
  readonly selectHead: string;
  readonly selectCell: string;
  readonly selectCells: string;
  readonly upsertCell: string;
  readonly deleteCell: string;
  readonly insertSnapshot: string;
  readonly insertSnapshotCell: string;
  readonly selectRows: string;
  readonly deleteRow: string;
  readonly insertRow: string;
  /** The list's columns in the order in which `insertRow` takes them. */
  readonly columns: readonly string[];
  private readonly updates = new Map<number, string>();

  constructor(
    readonly generation: number,
    readonly list: ListDefinition | undefined,
  ) {
    const g = generation;
    this.columns = list === undefined ? [] : Object.keys(list.columns);
    this.selectHead = `SELECT stamp, at, sequence, step, event, count, root FROM head_${g} WHERE owner = ?`;
    const moved = ['stamp', 'at', 'sequence', 'step', 'event', 'count'].map(
      (column) => `${column} = excluded.${column}`,
    );
    this.upsertHead = `INSERT INTO head_${g} VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET ${moved.join(', ')}`;
    this.upsertHeadAndRoot = `${this.upsertHead}, root = excluded.root`;
    this.selectCell = `SELECT value FROM cell_${g} WHERE owner = ? AND key = ?`;
    this.selectCells = `SELECT key, value FROM cell_${g} WHERE owner = ?`;
    this.upsertCell = `INSERT INTO cell_${g} VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value`;
    this.deleteCell = `DELETE FROM cell_${g} WHERE owner = ? AND key = ?`;
    this.insertSnapshot = `INSERT OR REPLACE INTO snapshot_${g} VALUES (?, ?, ?, ?, ?, ?, ?)`;
    this.insertSnapshotCell = `INSERT OR REPLACE INTO snapshot_cell_${g} VALUES (?, ?, ?, ?)`;
    const place = 'tenant = ? AND customer = ? AND cell = ?';
    const shown = ['key', ...this.columns.map((column) => `"${column}"`)].join(', ');
    this.selectRows = `SELECT ${shown} FROM list_${g} WHERE ${place}`;
    this.deleteRow = `DELETE FROM list_${g} WHERE ${place} AND key = ?`;
    const marks = ['tenant', 'customer', 'cell', 'key', ...this.columns].map(() => '?').join(', ');
    this.insertRow = `INSERT INTO list_${g} VALUES (${marks})`;
  }

  /**
   * Sets some columns of a row, by their numbers in `columns`: an index is written only where one of its columns is
   * among them.
   */
  updateRow(numbers: readonly number[]): string {
    let mask = 0;
    for (const number of numbers) mask |= 1 << number;
    let sql = this.updates.get(mask);
    if (sql === undefined) {
      const sets = numbers.map((number) => `"${this.columns[number]!}" = ?`).join(', ');
      sql = `UPDATE list_${this.generation} SET ${sets} WHERE tenant = ? AND customer = ? AND cell = ? AND key = ?`;
      this.updates.set(mask, sql);
    }
    return sql;
  }

  create(connection: Connection): void {
    const g = this.generation;
    const order =
      'at INTEGER NOT NULL, sequence INTEGER NOT NULL, step INTEGER NOT NULL, event TEXT NOT NULL';
    connection.exec(`
      CREATE TABLE head_${g} (owner INTEGER PRIMARY KEY, stamp TEXT NOT NULL, ${order}, count INTEGER NOT NULL, root TEXT);
      CREATE TABLE cell_${g} (owner INTEGER NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (owner, key)) WITHOUT ROWID;
      CREATE TABLE snapshot_${g} (owner INTEGER NOT NULL, ${order}, stamp TEXT NOT NULL, count INTEGER NOT NULL,
        PRIMARY KEY (owner, at, sequence, step, event)) WITHOUT ROWID;
      CREATE TABLE snapshot_cell_${g} (owner INTEGER NOT NULL, key TEXT NOT NULL, count INTEGER NOT NULL, value TEXT,
        PRIMARY KEY (owner, key, count)) WITHOUT ROWID;`);
    if (this.list !== undefined) this.createList(connection, this.list);
  }

  /** The names of the tables, to be dropped when the generation is replaced. */
  static names(generation: number): readonly string[] {
    return ['head', 'cell', 'snapshot', 'snapshot_cell', 'list'].map((table) => `${table}_${generation}`);
  }

  private createList(connection: Connection, list: ListDefinition): void {
    const g = this.generation;
    const columns = Object.entries(list.columns).map(([name, type]) => `"${name}" ${SQL_TYPES[type]}`);
    connection.exec(
      `CREATE TABLE list_${g} (tenant INTEGER NOT NULL, customer TEXT NOT NULL, cell TEXT NOT NULL, key TEXT NOT NULL${columns
        .map((column) => `, ${column}`)
        .join('')}, PRIMARY KEY (tenant, customer, cell, key)) WITHOUT ROWID`,
    );
    list.indexes.forEach((index, number) => {
      const names = index.map((column) => `"${column}"`).join(', ');
      connection.exec(`CREATE INDEX list_${g}_${number} ON list_${g} (tenant, ${names}, customer, key)`);
    });
  }
}

/** Refuses definitions whose names could not stand in SQL, or that index what is no column. */
export function checkView(view: ViewDefinition): void {
  const wrong = (detail: string) =>
    new LedgerError('view-definition', `view ${view.name}: ${detail}`, { view: view.name });
  const list = view.list;
  if (list === undefined) return;
  if (Object.keys(list.columns).length > MOST_COLUMNS)
    throw wrong(`it has more than ${MOST_COLUMNS} columns`);
  for (const column of Object.keys(list.columns)) {
    if (!NAME.test(column) || TAKEN.has(column)) throw wrong(`a column cannot be named ${column}`);
  }
  for (const column of [...list.indexes.flat(), ...list.drifting]) {
    if (!Object.hasOwn(list.columns, column)) throw wrong(`there is no column ${column}`);
  }
}
