import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { StatementSync } from 'node:sqlite';
import { LedgerError, type ParkedRecord, StoreFault } from '#event-sourcing';
import type { ChunkChange } from '#journey';
import { RangeThreads, ReadModel, type ReadModelChange } from '#projector';
import { type DerivedTable, isBuiltIn, TABLES } from '#views';
import { FolderLock } from '../folder-lock.js';
import { makeFolder } from '../make-folder.js';
import { Connection, damageMark, isIndexDamage } from './connection.js';
import { chunkCrc } from './damage.js';
import { Reading } from './reading.js';
import { recordRowChanges } from './row-changes.js';
import { RowWriter } from './row-writer.js';
import {
  checkTable,
  createIndexes,
  createRows,
  createTables,
  dropTables,
  LAYOUT,
  layoutOf,
  rowsName,
} from './schema.js';
import type { PackedRows } from './stored-row.js';
import { CHUNKS_A_CUSTOMER } from './timelines.js';
import { WriteAheadLog } from './write-ahead-log.js';

export interface SqliteReadModelOptions {
  /** The data folder; made when it is not there. `views.sqlite` may be deleted whenever nothing runs. */
  readonly folder: string;
  /** Default: all that `#views` declares. */
  readonly tables?: readonly DerivedTable[];
  /** Delete a damaged file and begin anew, instead of throwing `views-damaged`. Default false. */
  readonly recreate?: boolean;
  /**
   * Memory for pages of the writing connection, MiB. At least 1, default 16. More is slower live: a commit that has rearranged
   * a B-tree makes SQLite go through every page in memory (until the file is larger than 1 GiB). What is not here is in
   * the operating system's cache.
   */
  readonly cacheMegabytes?: number;
  /** Pages of the write-ahead log from which on they are checkpointed into the file. Default 128,000. */
  readonly logPages?: number;
  /** Threads that derive rebuilds beside the projecting one; 0: none. Default: one for each processor, 4 at most. */
  readonly threads?: number;
}

/** The read model in one SQLite file: one writer, any number of readers beside it. */
export class SqliteReadModel extends ReadModel {
  override readonly stored: Reading;
  override readonly rangeDeriver: RangeThreads | undefined;
  private readonly log: WriteAheadLog;
  private readonly rowWriter: RowWriter;
  private putChunk: StatementSync | undefined;

  private constructor(
    private readonly lock: FolderLock,
    private readonly connection: Connection,
    private readonly tables: readonly DerivedTable[],
    { logPages = 128_000, threads }: SqliteReadModelOptions,
  ) {
    super();
    this.stored = new Reading(connection, tables);
    this.rowWriter = new RowWriter(connection, this.stored);
    this.log = new WriteAheadLog(connection, logPages);
    // Threads know the program's own tables, of which a read model may have some only.
    const worker = {
      file: new URL('./range-threads.worker.js', import.meta.url),
      data: { file: connection.file },
    };
    this.rangeDeriver =
      threads === 0 || !tables.every(isBuiltIn) ? undefined : new RangeThreads(worker, threads);
  }

  /**
   * Opens or makes the views. Throws StoreFault: `views-locked` (another writer), `views-damaged`, `views-not-writable`
   * and the like.
   */
  static async open(options: SqliteReadModelOptions): Promise<SqliteReadModel> {
    const tables = options.tables ?? TABLES;
    tables.forEach(checkTable);
    makeFolder(options.folder);
    const lock = new FolderLock('views', join(options.folder, 'views.lock'), options.folder);
    try {
      return new SqliteReadModel(lock, openFile(options, tables), tables, options);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  override async commit(change: ReadModelChange): Promise<void> {
    const { begun = [], finished = [], abandoned = [], reset = false } = change;
    const changesTables = reset || begun.length + finished.length + abandoned.length > 0;
    if (changesTables) this.forgetStatements();
    try {
      this.writeWhole(change);
    } catch (error) {
      if (!isIndexDamage(error)) throw error;
      // The tables have checksums; their indexes can be made from them again.
      this.connection.exec('REINDEX');
      this.writeWhole(change);
    } finally {
      if (changesTables) this.forgetStatements();
    }
    await this.log.look();
  }

  override async close() {
    await this.rangeDeriver?.close();
    await this.log.close();
    this.connection.close();
    this.lock.release();
  }

  private writeWhole(change: ReadModelChange): void {
    this.connection.within(() => this.write(change));
  }

  private write(change: ReadModelChange): void {
    const { connection } = this;
    this.advance(change);
    recordRowChanges(connection, change.from + 1, change);
    if (change.layout !== undefined) {
      const { stamp, kinds } = change.layout;
      connection.run('INSERT OR REPLACE INTO layout VALUES (?, ?)', stamp, JSON.stringify(kinds));
    }
    for (const { number, tenant, name } of change.customers ?? []) {
      connection.run(
        'INSERT INTO customer (id, tenant, name) VALUES (?, ?, ?)',
        ...[number, this.ensureTenant(tenant), name],
      );
    }
    for (const { customer, heldAt } of change.held ?? [])
      connection.run('UPDATE customer SET held_at = ? WHERE id = ?', heldAt, customer);
    for (const { customer, change: chunks } of change.chunks ?? []) this.writeChunks(customer, chunks);
    this.writeTenants(change);
    for (const record of change.unparked ?? []) this.unpark(record);
    for (const record of change.parked ?? []) this.park(record);
    for (const { name } of change.begun ?? []) this.beginTable(this.stored.definition(name));
    this.rowWriter.writePacked((change.packedRows ?? []) as readonly PackedRows[]);
    this.rowWriter.write(change.rows ?? []);
    for (const name of change.finished ?? []) this.finishTable(name);
    for (const name of change.abandoned ?? []) this.abandonTable(name);
    for (const job of [...(change.jobs ?? []), ...(change.endedJobs ?? [])])
      connection.run('INSERT OR REPLACE INTO job VALUES (?, ?)', job.id, JSON.stringify(job));
    for (const id of change.forgottenJobs ?? []) connection.run('DELETE FROM job WHERE id = ?', id);
  }

  /** Refuses a change that was not made from what is stored. */
  private advance({ from, progress, reset }: ReadModelChange): void {
    if (reset && this.stored.progress().commits === from) {
      dropTables(this.connection);
      createTables(this.connection, this.tables);
      this.connection.run('UPDATE progress SET commits = ?', from);
    }
    const { checkpoint, tablesAt, lastEventId, customers, counts, packedBy } = progress;
    const changed = this.connection.run(
      `UPDATE progress SET commits = commits + 1, checkpoint = ?, tables_at = ?, last_event = ?, customers = ?, read = ?, timeline = ?,
        duplicates = ?, policies = ?, ignored = ?, parked = ?, packed_by = ? WHERE commits = ?`,
      ...[checkpoint, tablesAt, lastEventId, customers, counts.read, counts.timeline],
      ...[counts.duplicates, counts.policies, counts.ignored, counts.parked, packedBy, from],
    );
    if (changed !== 1)
      throw new LedgerError('another-writer', 'another projector has committed to these views');
  }

  private writeChunks(customer: number, { chunks, cut }: ChunkChange): void {
    const from = customer * CHUNKS_A_CUSTOMER;
    if (cut !== undefined)
      this.connection.run('DELETE FROM chunk WHERE id >= ? AND id < ?', from + cut, from + CHUNKS_A_CUSTOMER);
    this.putChunk ??= this.connection.prepared('INSERT OR REPLACE INTO chunk VALUES (?, ?, ?)');
    for (const { number, bytes } of chunks) {
      const id = from + number;
      this.putChunk.run(id, chunkCrc(id, bytes), bytes);
    }
  }

  private writeTenants({ tenants = [], stamps = [], policies = [], links = [] }: ReadModelChange): void {
    const { connection } = this;
    for (const { name, facts, lastAt } of tenants) {
      connection.run(
        'UPDATE tenant SET facts = facts + ?, last_at = MAX(COALESCE(last_at, ?), ?) WHERE id = ?',
        ...[facts, lastAt, lastAt, this.ensureTenant(name)],
      );
    }
    for (const { tenant, stamp } of stamps)
      connection.run('UPDATE tenant SET stamp = ? WHERE id = ?', stamp, this.ensureTenant(tenant));
    for (const { tenant, eventId, type, position, recordedAt, effectiveFrom, data } of policies) {
      connection.run(
        'INSERT INTO policy VALUES (?, ?, ?, ?, ?, ?, ?)',
        ...[this.ensureTenant(tenant), position, eventId, type, recordedAt, effectiveFrom, data],
      );
    }
    for (const link of links) {
      const tenant = this.ensureTenant(link.tenant);
      connection.run(
        'INSERT OR IGNORE INTO link VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
        ...[tenant, link.eventId, link.occurredAt, link.sequence, link.step],
        ...[link.type, link.survivor, link.merged, link.position],
      );
      connection.run(
        'UPDATE customer SET linked = 1 WHERE tenant = ? AND name IN (?, ?)',
        ...[tenant, link.survivor, link.merged],
      );
    }
  }

  private ensureTenant(name: string): number {
    const known = this.stored.tenantId(name);
    if (known !== undefined) return known;
    this.connection.run('INSERT INTO tenant (name) VALUES (?)', name);
    return this.stored.tenantId(name)!;
  }

  private park({ tenant, customer, view, position, eventId, reason, since }: ParkedRecord): void {
    // A table of a person is parked once, whenever it fails again; events each by their position.
    if (view !== null)
      this.connection.run(
        'DELETE FROM parked WHERE tenant = ? AND customer = ? AND view = ?',
        ...[tenant, customer, view],
      );
    this.connection.run(
      'INSERT OR REPLACE INTO parked VALUES (?, ?, ?, ?, ?, ?, ?)',
      ...[tenant, customer, view ?? '', position, eventId, reason, since],
    );
  }

  private unpark({ tenant, customer, view, position }: ParkedRecord): void {
    this.connection.run(
      'DELETE FROM parked WHERE tenant = ? AND customer = ? AND view = ? AND (? IS NOT NULL OR position = ?)',
      ...[tenant, customer, view ?? '', view, position],
    );
  }

  private beginTable(table: DerivedTable): void {
    const { connection } = this;
    this.abandonTable(table.name);
    const current = connection.get('SELECT current FROM derived WHERE name = ?', table.name)?.[0];
    if (current === undefined) connection.run('INSERT INTO derived VALUES (?, 0, 0, NULL, NULL)', table.name);
    const number = ((current as number | undefined) ?? 0) + 1;
    connection.run(
      'UPDATE derived SET next_version = ?, next = ? WHERE name = ?',
      ...[table.version, number, table.name],
    );
    createRows(connection, table, number);
  }

  private finishTable(name: string): void {
    const { connection } = this;
    const row = connection.get('SELECT current, next FROM derived WHERE name = ?', name);
    const [current, next] = row as [number, number];
    createIndexes(connection, this.stored.definition(name), next);
    connection.run(
      'UPDATE derived SET version = next_version, current = next, next_version = NULL, next = NULL WHERE name = ?',
      name,
    );
    connection.exec(`DROP TABLE IF EXISTS ${rowsName(name, current)}`);
  }

  private abandonTable(name: string): void {
    const { connection } = this;
    const next = connection.get('SELECT next FROM derived WHERE name = ?', name)?.[0] ?? null;
    if (next === null) return;
    connection.run('UPDATE derived SET next_version = NULL, next = NULL WHERE name = ?', name);
    connection.exec(`DROP TABLE ${rowsName(name, next as number)}`);
  }

  /** Statements hold on to the tables that they name. */
  private forgetStatements(): void {
    this.connection.forgetStatements();
    this.rowWriter.forget();
    this.putChunk = undefined;
  }
}

/** Opens the file, made where it is not there, or is of another layout, or damaged and to be made anew. */
function openFile(options: SqliteReadModelOptions, tables: readonly DerivedTable[]): Connection {
  const file = join(options.folder, 'views.sqlite');
  if (options.recreate === true && existsSync(damageMark(file))) deleteFile(file);
  try {
    return prepared(file, options, tables);
  } catch (error) {
    if (options.recreate !== true || !(error instanceof StoreFault) || error.code !== 'views-damaged')
      throw error;
    deleteFile(file);
    return prepared(file, options, tables);
  }
}

function prepared(
  file: string,
  { cacheMegabytes = 16 }: SqliteReadModelOptions,
  tables: readonly DerivedTable[],
): Connection {
  if (existsSync(file) && layoutOfFile(file) !== LAYOUT) deleteFile(file);
  const connection = new Connection(file, { readOnly: false });
  try {
    connection.exec(`PRAGMA page_size = 1024; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
      PRAGMA cache_size = -${cacheMegabytes * 1024}; PRAGMA wal_autocheckpoint = 0`);
    if (layoutOf(connection) !== LAYOUT) connection.within(() => createTables(connection, tables));
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function layoutOfFile(file: string): number {
  const connection = new Connection(file, { readOnly: true });
  try {
    return layoutOf(connection);
  } finally {
    connection.close();
  }
}

function deleteFile(file: string): void {
  for (const suffix of ['', '-wal', '-shm', damageMark('')]) rmSync(file + suffix, { force: true });
}
