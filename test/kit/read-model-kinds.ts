import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { openPostgresAccessStore, PostgresReadModel } from '#engines/postgres';
import { SqliteReadModel } from '#engines/sqlite';
import { MemoryReadModel, type ReadModel } from '#projector';
import { type DerivedTable, TABLES } from '#views';
import { hasPostgres } from './describe-with-postgres.js';
import { PostgresServer } from './postgres-server.js';

/** A kind of read model, as tests of what all of them do use it. */
export interface ReadModelKind {
  readonly name: string;
  open(tables?: readonly DerivedTable[]): Promise<ReadModel>;
  /** Opens the same stored data in another process's place; absent where only one can write. */
  beside?(readModel: ReadModel): Promise<ReadModel>;
  /** Closes it and opens what it has stored again. */
  reopen(readModel: ReadModel, tables?: readonly DerivedTable[]): Promise<ReadModel>;
  /** Closes it and deletes what it has stored. */
  end(readModel: ReadModel): Promise<void>;
}

const folders = new WeakMap<ReadModel, string>();
const databases = new WeakMap<ReadModel, string>();
let server: Promise<PostgresServer> | undefined;
afterAll(async () => (await server)?.remove());

async function openSqlite(folder: string, tables: readonly DerivedTable[] = TABLES): Promise<ReadModel> {
  const readModel = await SqliteReadModel.open({ folder, tables, cacheMegabytes: 1 });
  folders.set(readModel, folder);
  return readModel;
}

async function openPostgres(url: string, tables: readonly DerivedTable[] = TABLES): Promise<ReadModel> {
  const readModel = await PostgresReadModel.open({ url, tables });
  databases.set(readModel, url);
  return readModel;
}

/** All tables but the derived ones, which are each test's own. */
async function migrated(url: string): Promise<void> {
  await (await openPostgresAccessStore({ url })).close();
}

const POSTGRESQL: ReadModelKind = {
  name: 'PostgreSQL',
  async open(tables) {
    server ??= PostgresServer.start();
    return openPostgres(await (await server).prepared(migrated), tables);
  },
  beside: (readModel) => openPostgres(databases.get(readModel)!),
  async reopen(readModel, tables) {
    await readModel.close();
    return openPostgres(databases.get(readModel)!, tables);
  },
  async end(readModel) {
    await readModel.close();
    await (await server)!.drop(databases.get(readModel)!);
  },
};

const SQLITE: ReadModelKind = {
  name: 'SQLite',
  open: (tables) => openSqlite(mkdtempSync(join(tmpdir(), 'cx-read-model-')), tables),
  async reopen(readModel, tables) {
    await readModel.close();
    return openSqlite(folders.get(readModel)!, tables);
  },
  async end(readModel) {
    await readModel.close();
    rmSync(folders.get(readModel)!, { recursive: true, force: true });
  },
};

/** Kinds of read models whose rebuilds are derived in threads, of those that can be opened on this machine. */
export const THREADED: readonly ReadModelKind[] = [
  SQLITE,
  ...(hasPostgres('the read model in PostgreSQL') ? [POSTGRESQL] : []),
];

/** Every kind of read model that can be opened on this machine. */
export const READ_MODELS: readonly ReadModelKind[] = [
  {
    name: 'memory',
    open: (tables = TABLES) => Promise.resolve(new MemoryReadModel(tables)),
    beside: (readModel) => Promise.resolve((readModel as MemoryReadModel).reopened(TABLES)),
    reopen: (readModel, tables = TABLES) => Promise.resolve((readModel as MemoryReadModel).reopened(tables)),
    end: (readModel) => readModel.close(),
  },
  ...THREADED,
];
