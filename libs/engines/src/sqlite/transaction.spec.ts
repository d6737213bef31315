import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { inTransaction } from './transaction.js';

describe('a transaction', () => {
  let folder: string;
  let database: DatabaseSync;
  /** Sees only what was committed. */
  let other: DatabaseSync;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cx-transaction-'));
    database = new DatabaseSync(join(folder, 'x.sqlite'));
    database.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (n INTEGER, bytes BLOB)');
    other = new DatabaseSync(join(folder, 'x.sqlite'));
  });
  afterEach(() => {
    other.close();
    database.close();
    rmSync(folder, { recursive: true });
  });

  const insert = (n: number, bytes = 1) =>
    database.prepare('INSERT INTO t VALUES (?, zeroblob(?))').run(n, bytes);
  const committed = () =>
    (other.prepare('SELECT n FROM t ORDER BY n').all() as { n: number }[]).map(({ n }) => n);

  it('that fails leaves nothing behind, and nothing open in which later writes would get lost', () => {
    const work = () => {
      insert(1);
      throw new Error('no');
    };
    expect(() => inTransaction(database, work)).toThrow('no');
    insert(2);
    inTransaction(database, () => insert(3));
    expect(committed()).toEqual([2, 3]);
  });

  it('says that there is no room, not that it could not be undone', () => {
    database.exec('PRAGMA max_page_count = 4');
    // SQLite's code of a full disk; it undoes the transaction by itself.
    const full = expect.objectContaining({ errcode: 13 });
    expect(() => inTransaction(database, () => insert(1, 1_000_000))).toThrow(full as unknown as Error);
    database.exec('PRAGMA max_page_count = 1000');
    inTransaction(database, () => insert(2));
    expect(committed()).toEqual([2]);
  });
});
