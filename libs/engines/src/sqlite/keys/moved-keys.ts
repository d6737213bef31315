import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { MasterKeyCheck, WrappedKeys, WrappedSecret } from '#privacy';
import { makeFolder } from '../make-folder.js';
import { replaceDatabase } from '../replace-database.js';
import { guarded } from '../sqlite-fault.js';
import { AliasTable } from './alias-table.js';
import { ErasureTable } from './erasure-table.js';
import { KEY_SCHEMA } from './key-table.js';

const FILE = 'keys.sqlite';

/** The keys of a folder, which a server may be using. Throws StoreFault. */
export function readKeys(folder: string): WrappedKeys {
  const file = join(folder, FILE);
  return guarded('key-store', file, () => {
    const database = new DatabaseSync(file, { readOnly: true });
    try {
      const masters = database.prepare('SELECT version, check_value AS "check" FROM master_keys ORDER BY 1');
      const secrets = database.prepare('SELECT tenant, customer, master, wrapped FROM secrets ORDER BY 1, 2');
      const hasErasures = database.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'erasure'`).get();
      return {
        erasures: hasErasures === undefined ? [] : erasuresIn(database).all(),
        aliases: hasErasures === undefined ? [] : new AliasTable(database).all(),
        masters: masters.all() as unknown as MasterKeyCheck[],
        secrets: secrets.all() as unknown as WrappedSecret[],
      };
    } finally {
      database.close();
    }
  });
}

/** Puts these keys in the place of those that the folder has. No server may be using it. Throws StoreFault. */
export function replaceKeys(folder: string, { masters, secrets, erasures, aliases }: WrappedKeys): void {
  makeFolder(folder, 0o700);
  replaceDatabase('key-store', join(folder, FILE), (part) => {
    const database = new DatabaseSync(part);
    try {
      database.exec(`${KEY_SCHEMA} BEGIN`);
      const addMaster = database.prepare('INSERT INTO master_keys VALUES (?, ?)');
      for (const { version, check } of masters) addMaster.run(version, check);
      const addSecret = database.prepare('INSERT INTO secrets VALUES (?, ?, ?, ?)');
      for (const { tenant, customer, master, wrapped } of secrets)
        addSecret.run(tenant, customer, master, wrapped);
      for (const erasure of erasures) erasuresIn(database).restore(erasure);
      const addAlias = database.prepare('INSERT INTO alias VALUES (?, ?, ?)');
      for (const { tenant, hash, customer } of aliases) addAlias.run(tenant, hash, customer);
      database.exec('COMMIT');
    } finally {
      database.close();
    }
  });
}

/** The erasures of a file in which nothing is destroyed now. */
function erasuresIn(database: DatabaseSync): ErasureTable {
  return new ErasureTable(
    database,
    { digestOf: () => null, delete: () => undefined },
    new AliasTable(database),
  );
}
