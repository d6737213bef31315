import type { Connection } from './connection.js';

/** Raised when the tables below change: a file of another layout is deleted and rebuilt from the events. */
export const LAYOUT = 2;

/**
 * Tables that are the same for all views. Customers and tenants are numbered, so that a row of the timeline names them in a few bytes.
 * `timeline` is clustered by owner (the survivor its customer is merged into) in business order: a fold is one range.
 */
export const TABLES = `
CREATE TABLE tenant (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, events INTEGER NOT NULL DEFAULT 0, last_at INTEGER, stamp TEXT);
CREATE TABLE customer (id INTEGER PRIMARY KEY, tenant INTEGER NOT NULL, name TEXT NOT NULL, survivor INTEGER, seen INTEGER NOT NULL,
  UNIQUE (tenant, name));
CREATE INDEX customer_survivor ON customer (survivor) WHERE survivor IS NOT NULL;
CREATE TABLE timeline (owner INTEGER NOT NULL, at INTEGER NOT NULL, sequence INTEGER NOT NULL, step INTEGER NOT NULL, event TEXT NOT NULL,
  person INTEGER NOT NULL, type TEXT NOT NULL, position INTEGER NOT NULL, retracted INTEGER, facts TEXT NOT NULL,
  PRIMARY KEY (owner, at, sequence, step, event)) WITHOUT ROWID;
CREATE TABLE retraction (tenant INTEGER NOT NULL, target TEXT NOT NULL, person INTEGER NOT NULL, position INTEGER NOT NULL,
  PRIMARY KEY (tenant, target, person)) WITHOUT ROWID;
CREATE INDEX retraction_person ON retraction (person);
CREATE TABLE link (tenant INTEGER NOT NULL, event TEXT NOT NULL, at INTEGER NOT NULL, sequence INTEGER NOT NULL, step INTEGER NOT NULL,
  type TEXT NOT NULL, survivor INTEGER NOT NULL, merged INTEGER NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (tenant, event)) WITHOUT ROWID;
CREATE INDEX link_survivor ON link (survivor);
CREATE INDEX link_merged ON link (merged);
CREATE TABLE policy (tenant INTEGER NOT NULL, position INTEGER NOT NULL, event TEXT NOT NULL, type TEXT NOT NULL, recorded_at TEXT NOT NULL,
  effective_from INTEGER, data TEXT NOT NULL, PRIMARY KEY (tenant, position), UNIQUE (tenant, event));
CREATE TABLE parked (tenant TEXT NOT NULL, customer TEXT NOT NULL, view TEXT NOT NULL, position INTEGER NOT NULL, event TEXT,
  reason TEXT NOT NULL, since TEXT NOT NULL, PRIMARY KEY (tenant, customer, view, position));
CREATE TABLE view (name TEXT PRIMARY KEY, version INTEGER NOT NULL, generation INTEGER NOT NULL, held INTEGER NOT NULL);
CREATE TABLE build_view (name TEXT PRIMARY KEY, version INTEGER NOT NULL, generation INTEGER NOT NULL);
CREATE TABLE build (one INTEGER PRIMARY KEY CHECK (one = 1), started_at TEXT NOT NULL, cursor INTEGER NOT NULL, customers_done INTEGER NOT NULL,
  events_done INTEGER NOT NULL, customers_total INTEGER NOT NULL, events_total INTEGER NOT NULL);
CREATE TABLE garbage (name TEXT PRIMARY KEY);
CREATE TABLE sweep (tenant INTEGER PRIMARY KEY, stamp TEXT NOT NULL, after TEXT NOT NULL);
CREATE TABLE progress (one INTEGER PRIMARY KEY CHECK (one = 1), checkpoint INTEGER NOT NULL, recorded INTEGER NOT NULL, last_event TEXT, facts_stamp TEXT, ticked_at INTEGER NOT NULL,
  read INTEGER NOT NULL, timeline INTEGER NOT NULL, duplicates INTEGER NOT NULL, policies INTEGER NOT NULL, ignored INTEGER NOT NULL, parked INTEGER NOT NULL);
CREATE TABLE counter (one INTEGER PRIMARY KEY CHECK (one = 1), generation INTEGER NOT NULL);
INSERT INTO progress VALUES (1, 0, 0, NULL, NULL, 0, 0, 0, 0, 0, 0, 0);
INSERT INTO counter VALUES (1, 0);
`;

/** The layout of the file: 0 when it is new. */
export function layoutOf(connection: Connection): number {
  return connection.get('PRAGMA user_version')![0] as number;
}

/** Makes the common tables in a new file. */
export function createTables(connection: Connection): void {
  connection.exec(TABLES);
  connection.exec(`PRAGMA user_version = ${LAYOUT}`);
}

/** Drops every table, in the transaction that is open. */
export function dropTables(connection: Connection): void {
  const tables = connection.all(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
  );
  for (const [name] of tables) connection.exec(`DROP TABLE "${name as string}"`);
}
