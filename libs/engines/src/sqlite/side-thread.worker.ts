// The side thread: reads, writes and syncs keys.sqlite, access.sqlite and operations.sqlite.
import type { DatabaseSync } from 'node:sqlite';
import { workerData } from 'node:worker_threads';
import { serveCalls } from '#threads';
import { AccessTables } from './access/access-tables.js';
import { AliasTable } from './keys/alias-table.js';
import { ErasureTable } from './keys/erasure-table.js';
import { KeyTable } from './keys/key-table.js';
import { openOperations } from './operations/operations-tables.js';
import { guarded, type StoreName } from './sqlite-fault.js';

/** The files to open; those absent are not. */
export interface SideFiles {
  readonly keys?: KeyFile;
  readonly access?: string;
  readonly operations?: string;
}

interface KeyFile {
  readonly file: string;
  /** The current one, then one that an interrupted rotation was leaving. */
  readonly masterKeys: readonly Uint8Array[];
}

/** A call of a method of a table: of its class. */
interface TableCall {
  readonly file: keyof SideFiles;
  readonly table: string;
  readonly method: string;
  readonly args: readonly unknown[];
}

export type SideMethods = {
  readonly call: (call: TableCall) => unknown;
  readonly close: (file: keyof SideFiles) => void;
};

type Table = Record<string, (...args: readonly unknown[]) => unknown>;

/** An open file and its tables, of which none has the class of another. */
class SideFile {
  private readonly database: DatabaseSync;
  private readonly tables: ReadonlyMap<string, Table>;

  constructor(
    private readonly store: StoreName,
    private readonly file: string,
    open: (file: string) => readonly [DatabaseSync, ...object[]],
  ) {
    const [database, ...tables] = guarded(store, file, () => open(file));
    this.database = database;
    this.tables = new Map(tables.map((table) => [table.constructor.name, table as Table]));
  }

  call({ table, method, args }: TableCall): unknown {
    return guarded(this.store, this.file, () => this.tables.get(table)![method]!(...args));
  }

  close(): void {
    guarded(this.store, this.file, () => this.database.close());
  }
}

function openKeys({ file, masterKeys }: KeyFile): SideFile {
  return new SideFile('key-store', file, () => {
    const keys = new KeyTable(file, masterKeys);
    const aliases = new AliasTable(keys.database);
    return [keys.database, keys, aliases, new ErasureTable(keys.database, keys, aliases)];
  });
}

function openAccess(file: string): SideFile {
  return new SideFile('access-store', file, () => {
    const tables = new AccessTables(file);
    return [tables.database, tables];
  });
}

const { keys, access, operations } = workerData as SideFiles;
await serveCalls(async (): Promise<SideMethods> => {
  const files = {
    keys: keys && openKeys(keys),
    access: access === undefined ? undefined : openAccess(access),
    operations:
      operations === undefined ? undefined : new SideFile('operations-store', operations, openOperations),
  };
  return { call: (call) => files[call.file]!.call(call), close: (file) => files[file]!.close() };
});
