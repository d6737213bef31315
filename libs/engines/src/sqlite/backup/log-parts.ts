import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreFault } from '#event-sourcing';
import { openDatabase } from '../database.js';
import { Block } from '../event-log/block.js';
import { LOG_SCHEMA, PAGE_BYTES } from '../event-log/log-file.js';
import { readIdentity, type StoredLogIdentity, writeIdentity } from '../event-log/log-identity.js';
import { syncFile } from '../make-folder.js';
import { replaceDatabase } from '../replace-database.js';
import { guarded } from '../sqlite-fault.js';
import { type BackupFile, type BackupManifest, damagedBackup, fileDigest, logName } from './manifest.js';

/** Quick to fill, since the file is synced once it is whole. */
const FILLING = `PRAGMA page_size = ${PAGE_BYTES}; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;`;
const PART_SCHEMA = `
  CREATE TABLE blocks (
    first INTEGER PRIMARY KEY, count INTEGER NOT NULL, recorded_at INTEGER NOT NULL, types INTEGER NOT NULL, data BLOB NOT NULL
  );
`;
const BLOCKS = 'SELECT first, count, recorded_at, types, data FROM blocks';

interface BlockRow {
  readonly first: bigint;
  readonly count: bigint;
  readonly recorded_at: bigint;
  readonly types: bigint;
  readonly data: Uint8Array;
}

/** Positions of a part: first and last. */
interface Range {
  readonly from: number;
  readonly to: number;
}

/** The log of a data folder, read beside the server that may be writing it. Each call sees what is committed then. */
export class LogSource {
  private readonly database: DatabaseSync;
  private readonly path: string;

  /** Throws StoreFault `store-absent`. */
  constructor(folder: string) {
    this.path = join(folder, 'log.sqlite');
    if (!existsSync(this.path))
      throw new StoreFault(
        'store-absent',
        `there is no ledger in ${folder}: name its data folder by --data`,
        {
          folder,
        },
      );
    this.database = guarded('store', this.path, () => new DatabaseSync(this.path, { readOnly: true }));
  }

  identity(): StoredLogIdentity {
    return this.guard(() => readIdentity(this.database, this.path));
  }

  /** The last position, 0 when the log is empty. */
  head(): number {
    const last = 'SELECT first + count - 1 AS head FROM blocks ORDER BY first DESC LIMIT 1';
    return this.guard(() => (this.database.prepare(last).get() as { head: number } | undefined)?.head ?? 0);
  }

  /** The id of the event at a position, hexadecimal; undefined where there is none. */
  eventId(position: number): string | undefined {
    const at = this.database.prepare(`${BLOCKS} WHERE first <= ? ORDER BY first DESC LIMIT 1`);
    const row = this.guard(() => at.get(position)) as
      { first: number; count: number; data: Uint8Array } | undefined;
    if (row === undefined || position >= row.first + row.count) return undefined;
    return new Block(row.first, row.data).idText(position - row.first);
  }

  types(): string[] {
    const rows = this.guard(() => this.database.prepare('SELECT name FROM types ORDER BY id').all());
    return rows.map(({ name }) => name as string);
  }

  /** Cuts what is behind `after`, up to `head`, into parts of about `partBytes` of events; `head` is the end of a commit. */
  *parts(after: number, head: number, partBytes: number): Generator<Range> {
    const blocks = this.database
      .prepare(
        'SELECT first, count, length(data) AS bytes FROM blocks WHERE first > ? AND first <= ? ORDER BY first',
      )
      .all(after, head) as unknown as { first: number; count: number; bytes: number }[];
    let [from, to, size] = [after + 1, after, 0];
    for (const { first, count, bytes } of blocks) {
      to = first + count - 1;
      size += bytes;
      if (size < partBytes) continue;
      yield { from, to };
      [from, size] = [to + 1, 0];
    }
    if (to >= from) yield { from, to };
  }

  /** Writes a part into a file of the backup; durable when this returns. Throws StoreFault `store-damaged`. */
  writePart(folder: string, { from, to }: Range): BackupFile {
    const name = logName(from, to);
    replaceDatabase('backup', join(folder, name), (part) => {
      const target = new DatabaseSync(part);
      try {
        target.exec(`${FILLING} ${PART_SCHEMA}`);
        copyBlocks(this.database, target, { from, to }, (position) => {
          throw new StoreFault(
            'store-damaged',
            `the event log is damaged: no block begins at position ${position}; restore it from an earlier backup`,
            { position },
          );
        });
      } finally {
        target.close();
      }
    });
    return { name, kind: 'log', from, to, ...fileDigest(join(folder, name)) };
  }

  close(): void {
    this.database.close();
  }

  private guard<T>(read: () => T): T {
    return guarded('store', this.path, read);
  }
}

/** Makes the log of a backup in a data folder; durable when this returns. `onPart`: called behind each part. */
export async function restoreLog(
  backup: string,
  { log, files }: BackupManifest,
  { folder, identity }: { readonly folder: string; readonly identity: StoredLogIdentity },
  onPart: (position: number) => Promise<void>,
): Promise<void> {
  const path = join(folder, 'log.sqlite');
  const target = guarded('store', path, () => openDatabase(path, `${FILLING} ${LOG_SCHEMA}`));
  try {
    writeIdentity(target, identity);
    const addType = target.prepare('INSERT INTO types VALUES (?, ?)');
    log.types.forEach((name, i) => addType.run(i + 1, name));
    let position = 0;
    for (const { name, from = 0, to = 0 } of files.filter(({ kind }) => kind === 'log')) {
      if (from !== position + 1)
        throw damagedBackup(backup, `the log behind position ${position} is missing`);
      guarded('store', path, () => restorePart(join(backup, name), target, { from, to }, backup));
      await onPart((position = to));
    }
    if (position !== log.position)
      throw damagedBackup(backup, `its log ends at ${position}, not at ${log.position}`);
    // The mode is kept in the file: the server's connections take it over.
    target.exec('PRAGMA journal_mode = WAL');
  } finally {
    target.close();
  }
  syncFile(path);
}

function restorePart(file: string, target: DatabaseSync, range: Range, backup: string): void {
  const source = new DatabaseSync(file, { readOnly: true });
  try {
    copyBlocks(source, target, range, (position) => {
      throw damagedBackup(backup, `no block begins at position ${position}`);
    });
  } finally {
    source.close();
  }
}

/** Copies the blocks of a range, each compared with its checksum. `onGap`: positions are missing. */
function copyBlocks(
  source: DatabaseSync,
  target: DatabaseSync,
  { from, to }: Range,
  onGap: (position: number) => never,
): void {
  const read = source.prepare(`${BLOCKS} WHERE first >= ? AND first <= ? ORDER BY first`);
  read.setReadBigInts(true);
  const insert = target.prepare('INSERT INTO blocks VALUES (?, ?, ?, ?, ?)');
  let next = from;
  target.exec('BEGIN');
  for (const row of read.iterate(from, to) as unknown as Iterable<BlockRow>) {
    const block = new Block(Number(row.first), row.data);
    if (block.first !== next) onGap(next);
    insert.run(row.first, row.count, row.recorded_at, row.types, row.data);
    next = block.last + 1;
  }
  target.exec('COMMIT');
  if (next !== to + 1) onGap(next);
}
