import { setImmediate as turn } from 'node:timers/promises';
import {
  canGroup,
  columnsOf,
  type DerivedTable,
  groupColumns,
  type GroupQuery,
  RowColumns,
  type RowGroup,
} from '#views';
import { Connection, type Row } from './connection.js';
import { changedRows, type ChangedRow } from './row-changes.js';

/** Rows read in one go while columns are loaded: some milliseconds. */
const ROWS_A_TURN = 2_000;
/** More changed rows than this are not read again one by one: all are. */
const CHANGES_AT_MOST = 50_000;

/** One generation of a derived table's rows. */
export interface RowsName {
  readonly definition: DerivedTable;
  /** The name in SQL. */
  readonly name: string;
}

interface Kept {
  readonly columns: RowColumns;
  /** The commit as of which the columns are. */
  commits: number;
}

export interface ColumnCacheOptions {
  /** Memory for columns, bytes. */
  readonly bytes: number;
  /** Questions that count fewer rows load no columns. */
  readonly rows: number;
}

/**
 * Columns of derived tables in memory, for questions that count very many rows: they are loaded beside the questions once
 * one has counted many, and brought up to each question's moment by the rows that were changed since. A question that
 * cannot be answered from them (columns not loaded yet, an older moment, too many changes) is put to SQL, which answers
 * the same. One cache serves all connections of a thread.
 */
export class ColumnCache {
  /** By the name in SQL, the one used last at the end. */
  private readonly kept = new Map<string, Kept>();
  private loading: Promise<void> | undefined;
  private isClosed = false;

  constructor(
    private readonly file: string,
    private readonly options: ColumnCacheOptions,
  ) {}

  /** The groups of a question at the moment that the connection sees; undefined: ask in SQL. Throws `too-many-groups`. */
  group(
    connection: Connection,
    rows: RowsName,
    tenant: number,
    query: GroupQuery,
  ): readonly RowGroup[] | undefined {
    const kept = this.kept.get(rows.name);
    if (kept === undefined || !canGroup(kept.columns, query)) return undefined;
    if (!this.bringUp(connection, rows, kept)) return undefined;
    this.kept.delete(rows.name);
    this.kept.set(rows.name, kept);
    return groupColumns(kept.columns, tenant, query);
  }

  /** Begins to load the columns of a question that SQL has answered, if it counted many rows and there is room. */
  load(connection: Connection, rows: RowsName, query: GroupQuery, groups: readonly RowGroup[]): void {
    if (this.loading !== undefined || this.isClosed) return;
    if (groups.reduce((sum, group) => sum + group.rows, 0) < this.options.rows) return;
    const known = this.kept.get(rows.name)?.columns.names ?? [];
    const { columns } = rows.definition;
    const wanted = columnsOf(query).filter((name) => !known.includes(name) && Object.hasOwn(columns, name));
    if (wanted.length === 0 && known.length > 0) return;
    const last = connection.get(`SELECT COALESCE(MAX(rowid), 0) FROM ${rows.name}`)![0] as number;
    if (!this.makeRoom(rows, RowColumns.bytesOf(rows.definition, [...known, ...wanted], last))) return;
    this.loading = this.loadColumns(rows, wanted)
      .catch(() => undefined) // Without them SQL answers, and says what is wrong.
      .finally(() => (this.loading = undefined));
  }

  async loaded(): Promise<void> {
    await this.loading;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.loading;
    this.kept.clear();
  }

  /** Drops other generations of the table, then what was used longest ago, until the given number of bytes fits. */
  private makeRoom({ name, definition }: RowsName, bytes: number): boolean {
    if (bytes > this.options.bytes) return false;
    for (const other of this.kept.keys())
      if (other !== name && this.kept.get(other)!.columns.definition === definition) this.kept.delete(other);
    for (const other of this.kept.keys()) {
      if (bytes + this.bytesBeside(name) <= this.options.bytes) break;
      if (other !== name) this.kept.delete(other);
    }
    return true;
  }

  private bytesBeside(name: string): number {
    let bytes = 0;
    for (const [other, { columns }] of this.kept) if (other !== name) bytes += columns.bytes;
    return bytes;
  }

  /** Reads columns of all rows at one moment, on a connection of its own, so that questions go on in between. */
  private async loadColumns(rows: RowsName, names: readonly string[]): Promise<void> {
    const connection = new Connection(this.file, { readOnly: true });
    try {
      connection.exec('BEGIN');
      const commits = commitsOf(connection);
      const columns = new RowColumns(rows.definition);
      columns.add(names);
      const select = `${selectOf(rows, names)} WHERE rowid > ? ORDER BY rowid LIMIT ${ROWS_A_TURN}`;
      for (let last = 0; ;) {
        const page = connection.all(select, last);
        // A column with too many different texts is of no use: the question goes on being put to SQL.
        if (!page.every((row) => putRow(columns, row))) return;
        if (page.length < ROWS_A_TURN) break;
        last = page.at(-1)![0] as number;
        await turn();
        if (this.isClosed) return;
      }
      this.keep(rows.name, { columns, commits });
    } finally {
      connection.close();
    }
  }

  /** Columns loaded beside others that were brought up meanwhile are all brought up again from the earlier moment. */
  private keep(name: string, loaded: Kept): void {
    const kept = this.kept.get(name);
    if (kept === undefined) {
      this.kept.set(name, loaded);
      return;
    }
    kept.columns.take(loaded.columns);
    kept.commits = Math.min(kept.commits, loaded.commits);
  }

  /** Brings columns up to the moment that a connection sees. False: they are later, or cannot be. */
  private bringUp(connection: Connection, rows: RowsName, kept: Kept): boolean {
    const commits = commitsOf(connection);
    if (commits === kept.commits) return true;
    if (commits < kept.commits) return false;
    const span = { from: kept.commits, to: commits, most: CHANGES_AT_MOST };
    const changed = changedRows(connection, rows.definition.name, span);
    if (changed === undefined || !readAgain(connection, rows, kept.columns, changed)) {
      this.kept.delete(rows.name);
      return false;
    }
    kept.commits = commits;
    return true;
  }
}

function commitsOf(connection: Connection): number {
  return connection.get('SELECT commits FROM progress')![0] as number;
}

/** Columns before those asked for: the row's number, tenant and person. */
function selectOf({ name }: RowsName, names: readonly string[]): string {
  return `SELECT rowid, tenant, person${names.map((column) => `, "${column}"`).join('')} FROM ${name}`;
}

function putRow(columns: RowColumns, row: Row): boolean {
  const [number, tenant, person] = row as [number, number, number];
  return columns.put(number, tenant, person, row, 3);
}

/** Reads changed rows again; of persons with rows that are gone, which they have. False: some column cannot hold a value. */
function readAgain(
  connection: Connection,
  rows: RowsName,
  columns: RowColumns,
  changed: readonly ChangedRow[],
): boolean {
  const select = selectOf(rows, columns.names);
  const persons = new Set<number>();
  for (const { person, key } of changed) {
    const row =
      key === null ? undefined : connection.get(`${select} WHERE person = ? AND key = ?`, person, key);
    if (row === undefined) persons.add(person);
    else if (!putRow(columns, row)) return false;
  }
  if (persons.size === 0) return true;
  const left = new Map<number, Set<number>>();
  for (const person of persons) {
    const found = connection.all(`SELECT rowid FROM ${rows.name} WHERE person = ?`, person);
    left.set(person, new Set(found.map(([number]) => number as number)));
  }
  columns.keepOnly(left);
  return true;
}
