import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { randomUUID } from 'node:crypto';
import { StoreFault } from '#event-sourcing';
import { openDatabase } from '../database.js';
import { sqliteFault } from '../sqlite-fault.js';
import { inTransaction, rollBack } from '../transaction.js';
import { LOG_FORMAT, nextEpoch, readIdentity, writeIdentity } from './log-identity.js';

/** Bytes of a page of log.sqlite, set when the file is made. */
export const PAGE_BYTES = 8192;
const PRAGMAS = `
  PRAGMA page_size = ${PAGE_BYTES}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;
`;
export const LOG_SCHEMA = `
  CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS types (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE IF NOT EXISTS blocks (
    first INTEGER PRIMARY KEY,
    count INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    types INTEGER NOT NULL,
    data BLOB NOT NULL
  );
`;

/** A type's bit in the column `types` of its blocks: types 62 apart share one. */
export function typeBit(id: number): bigint {
  return 1n << BigInt(id % 62);
}

/**
 * The writing side of log.sqlite. WAL with synchronous=FULL: a commit returns when its frames are synced.
 * Position order is the primary key; `recorded_at` is the latest recordedAt up to the block's end.
 */
export class LogFile {
  readonly storeId: string;
  #epoch = '';
  readonly #file: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #insertType: StatementSync;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #types = new Map<string, number>();
  /** Types added by the open transaction: removed again when it is rolled back. */
  #newTypes: string[] = [];
  #sinceCheckpoint = 0;

  /** `checkpointBytes`: bytes written since the last checkpoint from which on the write-ahead log is checkpointed. */
  constructor(
    readonly path: string,
    private readonly checkpointBytes: number,
  ) {
    try {
      this.#file = openDatabase(path, PRAGMAS);
      this.#checkDurable();
      this.#file.exec(LOG_SCHEMA);
      this.storeId = this.#identify();
      for (const row of this.#file.prepare('SELECT id, name FROM types').all()) {
        this.#types.set(row.name as string, row.id as number);
      }
      this.#insert = this.#file.prepare('INSERT INTO blocks VALUES (?, ?, ?, ?, ?)');
      this.#insertType = this.#file.prepare('INSERT INTO types VALUES (?, ?)');
      this.#begin = this.#file.prepare('BEGIN IMMEDIATE');
      this.#commit = this.#file.prepare('COMMIT');
    } catch (error) {
      throw sqliteFault(error, 'store', path);
    }
  }

  /** Positions mean the same events as long as store id and epoch are the same. */
  get epoch(): string {
    return this.#epoch;
  }

  /** Begins a new epoch behind the position at which the log ends, durably, and returns it. */
  beginEpoch(position: number): string {
    const next = nextEpoch(readIdentity(this.#file, this.path), position);
    inTransaction(this.#file, () => writeIdentity(this.#file, next));
    return (this.#epoch = next.epoch);
  }

  begin(): void {
    this.#newTypes = [];
    this.#begin.run();
  }

  /** Adds a block to the transaction. */
  insert(first: number, count: number, recordedAt: number, types: bigint, data: Uint8Array): void {
    this.#insert.run(first, count, recordedAt, types, data);
    this.#sinceCheckpoint += data.length + PAGE_BYTES;
  }

  /** The log's number for a type; a new one is written with the transaction under way. */
  typeId(name: string): number {
    let id = this.#types.get(name);
    if (id === undefined) {
      id = this.#types.size + 1;
      this.#insertType.run(id, name);
      this.#types.set(name, id);
      this.#newTypes.push(name);
    }
    return id;
  }

  /** Writes something without meaning in the transaction, to see whether the disk takes it. */
  noteProbe(): void {
    this.#file.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)').run('probedAt', String(Date.now()));
  }

  /** Durable when this returns. */
  commit(): void {
    this.#commit.run();
  }

  /** Rolls the transaction back, unless SQLite has done so itself (it does on some errors). */
  rollback(): void {
    for (const name of this.#newTypes) this.#types.delete(name);
    rollBack(this.#file);
  }

  /**
   * Checkpoints the write-ahead log when it is long. Call this after the answer is sent, since it syncs twice. A failure
   * changes nothing: committed events stay in the write-ahead log.
   */
  checkpointWhenDue(): void {
    if (this.#sinceCheckpoint < this.checkpointBytes) return;
    this.#sinceCheckpoint = 0;
    try {
      this.#file.exec('PRAGMA wal_checkpoint(PASSIVE)');
    } catch {
      // Retried after `checkpointBytes` more.
    }
  }

  close(): void {
    this.#file.close();
  }

  #checkDurable(): void {
    const { journal_mode: mode } = this.#file.prepare('PRAGMA journal_mode').get() as {
      journal_mode: string;
    };
    const { synchronous } = this.#file.prepare('PRAGMA synchronous').get() as { synchronous: number };
    if (mode === 'wal' && synchronous >= 2) return;
    throw new StoreFault(
      'store-not-durable',
      `${this.path} has journal_mode=${mode}, synchronous=${synchronous}: commits would not be durable`,
      { file: this.path, journalMode: mode, synchronous },
    );
  }

  #identify(): string {
    const add = this.#file.prepare('INSERT OR IGNORE INTO meta VALUES (?, ?)');
    add.run('storeId', randomUUID());
    add.run('format', LOG_FORMAT);
    const { storeId, epoch } = readIdentity(this.#file, this.path);
    this.#epoch = epoch;
    return storeId;
  }
}
