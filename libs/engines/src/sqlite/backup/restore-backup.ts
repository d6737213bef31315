import { copyFileSync, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { StoreFault } from '#event-sourcing';
import { nextEpoch } from '../event-log/log-identity.js';
import type { StoredLogIdentity } from '../event-log/log-identity.js';
import { FolderLock } from '../folder-lock.js';
import { makeFolder, syncFile } from '../make-folder.js';
import { markUnfinished } from '../unfinished-mark.js';
import { LogSource, restoreLog } from './log-parts.js';
import { type BackupManifest, checkFile, readManifest } from './manifest.js';

/** A file of this name stands in a folder while a backup is restored into it. */
const UNFINISHED = 'restore-unfinished';
/** What a restore writes, and a data folder that nothing was recorded in may have. */
const WRITTEN = /^((log|access|operations|keys|proofs)\.sqlite(-wal|-shm|\.part)?|lock|restore-unfinished)$/;

export interface RestoreParts {
  readonly backup: string;
  /** The data folder to fill: empty or missing. */
  readonly to: string;
  /** The folder of a backup's keys, where they are not in the backup. */
  readonly keysFrom?: string;
  /** Nothing was recorded after the backup, so that every position keeps its meaning. */
  readonly keepEpoch: boolean;
  readonly onProgress?: (stage: 'check' | 'restore', done: number, total: number) => void;
  /** Ends the restore between two parts of the log. */
  readonly signal?: AbortSignal;
  /** Completes the folder, before it counts as restored. */
  readonly complete: (manifest: BackupManifest) => Promise<void>;
}

export interface RestoredBackup {
  readonly manifest: BackupManifest;
  readonly identity: StoredLogIdentity;
  readonly keys: boolean;
}

/** The manifest of a backup. Throws StoreFault `backup-absent`, `backup-damaged`. */
export function manifestOf(backup: string): BackupManifest {
  const manifest = readManifest(backup);
  if (manifest !== undefined) return manifest;
  throw new StoreFault('backup-absent', `there is no backup in ${backup}: it would have a manifest.json`, {
    backup,
  });
}

/** Compares every file of a backup with its size and SHA-256. Throws StoreFault `backup-damaged`. */
export async function checkBackup(
  backup: string,
  { files }: BackupManifest,
  onProgress?: (done: number, total: number) => void,
): Promise<void> {
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  for (const file of files) {
    await nextTurn();
    checkFile(backup, file);
    onProgress?.((done += file.bytes), total);
  }
}

/**
 * Makes a data folder from a backup. Positions behind the backup's end are given again, so the log begins another epoch:
 * whoever has seen later positions can tell. Interrupted, the same call begins anew; until it is complete no server starts
 * there. Throws StoreFault: `backup-…`, `restore-…`.
 */
export async function restoreBackup(parts: RestoreParts): Promise<RestoredBackup> {
  const { backup, to, keysFrom, keepEpoch, onProgress } = parts;
  const manifest = manifestOf(backup);
  refuseUsed(to, manifest);
  if (keysFrom !== undefined && !existsSync(join(keysFrom, 'keys.sqlite')))
    throw new StoreFault(
      'no-key-store',
      `there is no key store in ${keysFrom}: name the folder of --keys-to`,
      { keysFrom },
    );
  await checkBackup(backup, manifest, (done, total) => onProgress?.('check', done, total));
  makeFolder(to, 0o700);
  const lock = new FolderLock('store', join(to, 'lock'), to);
  try {
    const finish = markUnfinished(to, UNFINISHED);
    for (const name of readdirSync(to))
      if (name !== 'lock' && name !== UNFINISHED) rmSync(join(to, name), { force: true });
    const identity = keepEpoch ? manifest.log : nextEpoch(manifest.log, manifest.log.position);
    await restoreLog(backup, manifest, { folder: to, identity }, async (position) => {
      onProgress?.('restore', position, manifest.log.position);
      await nextTurn();
      parts.signal?.throwIfAborted();
    });
    for (const { name, kind } of manifest.files)
      if (kind !== 'log') copyPrivate(join(backup, name), join(to, `${kind}.sqlite`));
    if (keysFrom !== undefined) copyPrivate(join(keysFrom, 'keys.sqlite'), join(to, 'keys.sqlite'));
    await parts.complete(manifest);
    finish();
    return { manifest, identity, keys: existsSync(join(to, 'keys.sqlite')) };
  } finally {
    lock.release();
  }
}

/** Throws StoreFault `restore-unfinished` for a folder into which a backup was not restored wholly. */
export function refuseUnfinishedRestore(folder: string): void {
  if (!existsSync(join(folder, UNFINISHED))) return;
  throw new StoreFault(
    'restore-unfinished',
    `a backup was being restored into ${folder}, and that did not end: run the same cx restore again, or name another folder by CX_STORE`,
    { folder },
  );
}

function copyPrivate(from: string, to: string): void {
  writeFileSync(to, '', { mode: 0o600, flag: 'wx' });
  copyFileSync(from, to);
  syncFile(to);
}

function refuseUsed(to: string, { log, takenAt }: BackupManifest): void {
  if (!existsSync(to)) return;
  const names = readdirSync(to);
  if (names.length === 0) return;
  if (names.includes(UNFINISHED)) {
    const others = names.filter((name) => !WRITTEN.test(name));
    if (others.length === 0) return;
    throw used(to, `has other files (${others.slice(0, 3).join(', ')})`);
  }
  if (!names.includes('log.sqlite')) throw used(to, `is not empty (${names.slice(0, 3).join(', ')})`);
  const source = new LogSource(to);
  try {
    const head = source.head();
    const { storeId } = source.identity();
    if (storeId !== log.storeId) throw used(to, `has another ledger (${head} events)`);
    if (head <= log.position) throw used(to, `has this ledger up to position ${head}`);
    throw new StoreFault(
      'restore-older',
      `the backup of ${takenAt} ends at position ${log.position}, and ${to} has events up to ${head}: restoring it there would lose ${head - log.position} events. ` +
        'To look at the backup, restore it into an empty folder (--data ./restored). To go back to it: stop the server, move the folder away, and restore again',
      { folder: to, head, position: log.position },
    );
  } finally {
    source.close();
  }
}

function used(folder: string, what: string): StoreFault {
  return new StoreFault(
    'restore-target-used',
    `${folder} ${what}: name an empty folder by --data, or move this one away first`,
    { folder },
  );
}
