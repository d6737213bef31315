import type { DerivedTable } from '#views';
import type { Connection } from './connection.js';

/** Raised when the tables below change: a file of another layout is deleted and projected again from the events. */
export const LAYOUT = 18;

/**
 * Tables of the read side besides the derived ones. Customers are numbered; a chunk's id is the customer's number times
 * 2^20 plus the chunk's, so that a timeline is one range. Small pages suit them: a commit writes the pages it touches.
 */
const TABLES = `
CREATE TABLE tenant (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, facts INTEGER NOT NULL DEFAULT 0, last_at INTEGER, stamp TEXT);
CREATE TABLE customer (id INTEGER PRIMARY KEY, tenant INTEGER NOT NULL, name TEXT NOT NULL, linked INTEGER NOT NULL DEFAULT 0, held_at INTEGER,
  UNIQUE (tenant, name));
CREATE TABLE chunk (id INTEGER PRIMARY KEY, crc INTEGER NOT NULL, facts BLOB NOT NULL);
CREATE TABLE layout (stamp INTEGER PRIMARY KEY, kinds TEXT NOT NULL);
CREATE TABLE link (tenant INTEGER NOT NULL, event TEXT NOT NULL, at INTEGER NOT NULL, sequence INTEGER NOT NULL, step INTEGER NOT NULL,
  type TEXT NOT NULL, survivor TEXT NOT NULL, merged TEXT NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (tenant, event)) WITHOUT ROWID;
CREATE INDEX link_survivor ON link (tenant, survivor);
CREATE INDEX link_merged ON link (tenant, merged);
CREATE TABLE policy (tenant INTEGER NOT NULL, position INTEGER NOT NULL, event TEXT NOT NULL, type TEXT NOT NULL, recorded_at TEXT NOT NULL,
  effective_from INTEGER, data TEXT NOT NULL, PRIMARY KEY (tenant, position), UNIQUE (tenant, event));
CREATE TABLE parked (tenant TEXT NOT NULL, customer TEXT NOT NULL, view TEXT NOT NULL, position INTEGER NOT NULL, event TEXT,
  reason TEXT NOT NULL, since TEXT NOT NULL, PRIMARY KEY (tenant, customer, view, position));
CREATE TABLE job (id INTEGER PRIMARY KEY, record TEXT NOT NULL);
CREATE TABLE derived (name TEXT PRIMARY KEY, version INTEGER NOT NULL, current INTEGER NOT NULL, next_version INTEGER, next INTEGER);
CREATE TABLE row_change (commits INTEGER PRIMARY KEY, rows TEXT);
CREATE TABLE progress (one INTEGER PRIMARY KEY CHECK (one = 1), commits INTEGER NOT NULL, checkpoint INTEGER NOT NULL, tables_at INTEGER NOT NULL,
  last_event TEXT, customers INTEGER NOT NULL, read INTEGER NOT NULL, timeline INTEGER NOT NULL, duplicates INTEGER NOT NULL,
  policies INTEGER NOT NULL, ignored INTEGER NOT NULL, parked INTEGER NOT NULL, packed_by INTEGER);
INSERT INTO progress VALUES (1, 0, 0, 0, NULL, 0, 0, 0, 0, 0, 0, 0, NULL);
`;

/** The layout of the file: 0 when it is new. */
export function layoutOf(connection: Connection): number {
  return connection.get('PRAGMA user_version')![0] as number;
}

/** Makes the tables in a new file, the derived ones included. */
export function createTables(connection: Connection, derived: readonly DerivedTable[]): void {
  connection.exec(TABLES);
  for (const table of derived) {
    connection.run('INSERT INTO derived VALUES (?, ?, 1, NULL, NULL)', table.name, table.version);
    createRows(connection, table, 1);
    createIndexes(connection, table, 1);
  }
  connection.exec(`PRAGMA user_version = ${LAYOUT}`);
}

/** Drops every table, in the transaction that is open. */
export function dropTables(connection: Connection): void {
  const tables = connection.all(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
  );
  for (const [name] of tables) connection.exec(`DROP TABLE "${name as string}"`);
}

const SQL_TYPES = { text: 'TEXT', integer: 'INTEGER', real: 'REAL' } as const;

/** The name of one generation of a derived table's rows. */
export function rowsName(table: string, generation: number): string {
  return `rows_${table.replaceAll('-', '_')}_${generation}`;
}

/**
 * Makes an empty generation of a derived table's rows, without indexes. In a table with rowids new rows lie beside each other,
 * and an index of persons and keys is narrow: a commit writes a sixth fewer pages than where wide rows lie by their keys.
 */
export function createRows(connection: Connection, table: DerivedTable, generation: number): void {
  const name = rowsName(table.name, generation);
  const columns = Object.entries(table.columns).map(([column, type]) => `, "${column}" ${SQL_TYPES[type]}`);
  connection.exec(
    `CREATE TABLE ${name} (person INTEGER NOT NULL, key TEXT NOT NULL, tenant INTEGER NOT NULL, customer TEXT NOT NULL, due INTEGER${columns.join('')}, crc INTEGER NOT NULL,
      UNIQUE (person, key))`,
  );
}

/** Makes the indexes of a generation: once its rows are there, since sorting costs less than inserting one by one. */
export function createIndexes(connection: Connection, table: DerivedTable, generation: number): void {
  const name = rowsName(table.name, generation);
  connection.exec(`CREATE INDEX ${name}_due ON ${name} (due) WHERE due IS NOT NULL`);
  const known = table.knownBy === undefined ? '' : ` WHERE "${table.knownBy}" IS NOT NULL`;
  table.indexes.forEach((index, number) => {
    const names = ['tenant', ...index, 'customer', 'key'].map((column) => `"${column}"`).join(', ');
    connection.exec(`CREATE INDEX ${name}_${number} ON ${name} (${names})${known}`);
  });
  for (const time of table.times ?? [])
    connection.exec(
      `CREATE INDEX ${name}_${time} ON ${name} (tenant, "${time}") WHERE "${time}" IS NOT NULL`,
    );
}

/** Names that columns of every table have, which a definition must not use. */
const TAKEN = new Set(['person', 'key', 'tenant', 'customer', 'due', 'crc']);
const NAME = /^[a-z][A-Za-z0-9_]{0,60}$/;

/** Refuses definitions whose names could not be in SQL, or that index what is no column. Throws Error. */
export function checkTable({ name, columns, indexes, times = [] }: DerivedTable): void {
  for (const column of Object.keys(columns)) {
    if (!NAME.test(column) || TAKEN.has(column))
      throw new Error(`table ${name}: a column cannot be named ${column}`);
  }
  for (const column of [...indexes.flat(), ...times]) {
    if (!Object.hasOwn(columns, column)) throw new Error(`table ${name}: there is no column ${column}`);
  }
}
