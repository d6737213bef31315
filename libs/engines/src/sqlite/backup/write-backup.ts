import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { formatTime, StoreFault } from '#event-sourcing';
import { FolderLock } from '../folder-lock.js';
import { makeFolder, syncFolder } from '../make-folder.js';
import { copyDatabase } from '../replace-database.js';
import { LogSource } from './log-parts.js';
import {
  BACKUP_FORMAT,
  type BackupFile,
  type BackupManifest,
  damagedBackup,
  fileDigest,
  readManifest,
  writeManifest,
} from './manifest.js';

const PART_BYTES = 64 * 1024 * 1024;

/** What a backup is made of. */
export interface BackupParts {
  /** The folder of the backup; made where it is missing. */
  readonly to: string;
  /** The folder of the event log. */
  readonly log: string;
  /** The folder of access.sqlite and operations.sqlite; undefined where they are in a database. */
  readonly side: string | undefined;
  /** Read before the log's end is: the checkpoints to keep. */
  readonly checkpoints: () => Promise<Pick<BackupManifest, 'checkpoint' | 'checkpoints'>>;
  /** Copies the keys into a folder; undefined: they are left out. */
  readonly copyKeys?: (folder: string) => Promise<void>;
  /** Where to copy the keys to, if not into the backup. */
  readonly keysTo?: string;
  /** Bytes of events in one part of the log, about; default 64 MiB. */
  readonly partBytes?: number;
  readonly onProgress?: (position: number, head: number) => void;
  /** Ends the backup between two parts: the earlier backup stays as it is. */
  readonly signal?: AbortSignal;
}

export interface WrittenBackup {
  readonly manifest: BackupManifest;
  /** Files and bytes of the log that this run added. */
  readonly added: { readonly events: number; readonly bytes: number };
}

/**
 * Backs up a ledger that may be running. What is in the backup already is not copied again: parts of the log never
 * change. The other stores are copied before the end of the log is read, and the keys after it, so that whatever they
 * say was recorded is in the backup, and every key that its events need. Nothing of the earlier backup is removed before
 * the new manifest is in place. Throws StoreFault: `store-absent`, `backup-…`.
 */
export async function writeBackup(parts: BackupParts): Promise<WrittenBackup> {
  makeFolder(parts.to, 0o700);
  refuseOtherContent(parts.to);
  const lock = new FolderLock('backup', join(parts.to, 'lock'), parts.to);
  const source = new LogSource(parts.log);
  try {
    return await write(parts, source);
  } finally {
    source.close();
    lock.release();
  }
}

async function write(parts: BackupParts, source: LogSource): Promise<WrittenBackup> {
  const earlier = readManifest(parts.to);
  if (earlier !== undefined) refuseOtherLog(parts.to, earlier, source);
  const serial = (earlier?.serial ?? 0) + 1;
  const checkpoints = await parts.checkpoints();
  const side = parts.side === undefined ? [] : copySide(parts.side, parts.to, serial);
  const takenAt = formatTime(Date.now());
  const position = source.head();
  const kept = earlier?.files.filter(({ kind }) => kind === 'log') ?? [];
  const added: BackupFile[] = [];
  for (const range of source.parts(earlier?.log.position ?? 0, position, parts.partBytes ?? PART_BYTES)) {
    await nextTurn();
    parts.signal?.throwIfAborted();
    added.push(source.writePart(parts.to, range));
    parts.onProgress?.(range.to, position);
  }
  const keys = await copyKeys(parts, serial);
  parts.signal?.throwIfAborted();
  const eventId = position === 0 ? '' : source.eventId(position)!;
  const manifest: BackupManifest = {
    ...{ format: BACKUP_FORMAT, serial, takenAt },
    log: { ...source.identity(), position, eventId, types: source.types() },
    ...checkpoints,
    keys: keys.where,
    files: [...kept, ...added, ...side, ...keys.files],
  };
  writeManifest(parts.to, manifest);
  removeUnused(parts.to, manifest);
  const bytes = added.reduce((sum, file) => sum + file.bytes, 0);
  return { manifest, added: { events: position - (earlier?.log.position ?? 0), bytes } };
}

function copySide(from: string, to: string, serial: number): BackupFile[] {
  const files: BackupFile[] = [];
  for (const kind of ['access', 'operations'] as const) {
    if (!existsSync(join(from, `${kind}.sqlite`))) continue;
    const name = `${kind}-${serial}.sqlite`;
    copyDatabase(join(from, `${kind}.sqlite`), join(to, name));
    files.push({ name, kind, ...fileDigest(join(to, name)) });
  }
  return files;
}

async function copyKeys(
  { copyKeys: copy, to, keysTo }: BackupParts,
  serial: number,
): Promise<{ where: BackupManifest['keys']; files: BackupFile[] }> {
  if (copy === undefined) return { where: 'left-out', files: [] };
  if (keysTo !== undefined) {
    await copy(keysTo);
    return { where: 'elsewhere', files: [] };
  }
  const name = `keys-${serial}/keys.sqlite`;
  await copy(join(to, `keys-${serial}`));
  return { where: 'included', files: [{ name, kind: 'keys', ...fileDigest(join(to, name)) }] };
}

/** A backup goes on in its own folder, or begins in an empty one. */
function refuseOtherContent(folder: string): void {
  if (existsSync(join(folder, 'manifest.json'))) return;
  const others = readdirSync(folder).filter((name) => !isOwn(name));
  if (others.length === 0) return;
  throw new StoreFault(
    'backup-target-used',
    `${folder} has other files (${others.slice(0, 3).join(', ')}) and no backup: name an empty folder`,
    { folder },
  );
}

function refuseOtherLog(folder: string, { log, files }: BackupManifest, source: LogSource): void {
  const { storeId, epoch } = source.identity();
  const head = source.head();
  const way = 'name an empty folder for a new backup, and keep this one until you know that it is not needed';
  if (log.storeId !== storeId || log.epoch !== epoch || (head >= log.position && !hasSameEvent(log, source)))
    throw new StoreFault(
      'backup-of-another-log',
      `${folder} has the backup of another log (store ${log.storeId}, epoch ${log.epoch}; this one is ${storeId}, ${epoch}): ${way}`,
      { folder },
    );
  if (head < log.position)
    throw new StoreFault(
      'backup-newer',
      `the backup in ${folder} ends at position ${log.position}, and the log ends at ${head} already: the log has lost events; restore the backup into an empty folder (cx restore), or ${way}`,
      { folder, position: log.position, head },
    );
  for (const { name } of files)
    if (!existsSync(join(folder, name))) throw damagedBackup(folder, `${name} is missing`);
}

function hasSameEvent({ position, eventId }: BackupManifest['log'], source: LogSource): boolean {
  return position === 0 || source.eventId(position) === eventId;
}

/** Files of earlier runs, and of runs that were interrupted. */
function removeUnused(folder: string, { files }: BackupManifest): void {
  const used = new Set(files.map(({ name }) => name.split('/')[0]));
  for (const name of readdirSync(folder))
    if (isOwn(name) && name !== 'lock' && !used.has(name))
      rmSync(resolve(folder, name), { recursive: true, force: true });
  syncFolder(folder);
}

function isOwn(name: string): boolean {
  return /^(lock(-journal)?|manifest\.json\.new|(log-\d{16}-\d{16}|access-\d+|operations-\d+)\.sqlite(\.part(-journal)?)?|keys-\d+)$/.test(
    name,
  );
}
