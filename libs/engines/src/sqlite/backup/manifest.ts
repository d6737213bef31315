import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { parseTime, StoreFault } from '#event-sourcing';
import type { StoredLogIdentity } from '../event-log/log-identity.js';
import { replaceFile } from '../make-folder.js';

export const BACKUP_FORMAT = 'cx-ledger-backup/1';
const MANIFEST = 'manifest.json';
/** Bytes of a file that are read at a time. */
const CHUNK = 1024 * 1024;

/** A file of a backup. */
export interface BackupFile {
  /** Path in the backup's folder. */
  readonly name: string;
  readonly kind: 'log' | 'access' | 'operations' | 'keys';
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
  /** Of a part of the log: its first and its last position. */
  readonly from?: number;
  readonly to?: number;
}

/** What a backup holds: the content of its `manifest.json`. */
export interface BackupManifest {
  readonly format: typeof BACKUP_FORMAT;
  /** How many times this folder was backed up to. */
  readonly serial: number;
  /** When the end of the log was read, RFC 3339: what was recorded later is not in the backup. */
  readonly takenAt: string;
  readonly log: StoredLogIdentity & {
    /** Position of the last event, 0 without one. */
    readonly position: number;
    /** Id of the event there, hexadecimal. */
    readonly eventId: string;
    /** Names of event types in the order of their numbers, from 1. */
    readonly types: readonly string[];
  };
  /** The newest signed checkpoint of the log, not newer than `position`; null before the first. */
  readonly checkpoint: string | null;
  /** The last checkpoint of each day. */
  readonly checkpoints: readonly { readonly day: string; readonly note: string }[];
  /** `elsewhere`: in a folder of their own. */
  readonly keys: 'included' | 'elsewhere' | 'left-out';
  readonly files: readonly BackupFile[];
}

/** The manifest of a backup; undefined where there is none. Throws StoreFault `backup-damaged`, `backup-unknown-format`. */
export function readManifest(folder: string): BackupManifest | undefined {
  const file = join(folder, MANIFEST);
  if (!existsSync(file)) return undefined;
  let manifest: unknown;
  try {
    manifest = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw damagedBackup(folder, `${MANIFEST} is not JSON`);
  }
  if (!isObject(manifest)) throw damagedBackup(folder, `${MANIFEST} is no JSON object`);
  if (manifest['format'] !== BACKUP_FORMAT)
    throw new StoreFault(
      'backup-unknown-format',
      `${file} has format ${String(manifest['format'])}, and this version reads ${BACKUP_FORMAT}: use a newer CX Ledger`,
      { file },
    );
  if (!isManifest(manifest)) throw damagedBackup(folder, `${MANIFEST} lacks what a manifest has`);
  for (const { name, kind } of manifest.files)
    if (!NAMES.get(kind)?.test(name))
      throw damagedBackup(folder, `${MANIFEST} names ${JSON.stringify({ name, kind })}, which no backup has`);
  return manifest;
}

/** Puts a manifest in place of the former one; durable when this returns. */
export function writeManifest(folder: string, manifest: BackupManifest): void {
  replaceFile(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
}

type JsonObject = { readonly [name: string]: unknown };

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isManifest(manifest: JsonObject): manifest is JsonObject & BackupManifest {
  const { log, serial, takenAt, checkpoint, checkpoints, files } = manifest;
  return (
    isObject(log) &&
    [log['storeId'], log['epoch'], log['eventId']].every((text) => typeof text === 'string') &&
    [log['position'], serial].every(Number.isSafeInteger) &&
    Array.isArray(log['types']) &&
    log['types'].every((type) => typeof type === 'string') &&
    Array.isArray(log['formerEpochs']) &&
    typeof takenAt === 'string' &&
    parseTime(takenAt) !== undefined &&
    (checkpoint === null || typeof checkpoint === 'string') &&
    Array.isArray(checkpoints) &&
    Array.isArray(files) &&
    files.every(isFile)
  );
}

function isFile(file: unknown): boolean {
  return (
    isObject(file) &&
    [file['name'], file['kind'], file['sha256']].every((text) => typeof text === 'string') &&
    Number.isSafeInteger(file['bytes'])
  );
}

/** By kind, the names that a backup gives to its files: no other is read, or written at a restore. */
const NAMES: ReadonlyMap<string, RegExp> = new Map([
  ['log', /^log-\d{16}-\d{16}\.sqlite$/],
  ['access', /^access-\d+\.sqlite$/],
  ['operations', /^operations-\d+\.sqlite$/],
  ['keys', /^keys-\d+\/keys\.sqlite$/],
]);

export function logName(from: number, to: number): string {
  const digits = (position: number) => String(position).padStart(16, '0');
  return `log-${digits(from)}-${digits(to)}.sqlite`;
}

/** Size and SHA-256 of a file. */
export function fileDigest(path: string): { readonly bytes: number; readonly sha256: string } {
  const hash = createHash('sha256');
  const chunk = Buffer.alloc(CHUNK);
  const file = openSync(path, 'r');
  try {
    let bytes = 0;
    for (let read; (read = readSync(file, chunk, 0, CHUNK, null)) > 0; bytes += read)
      hash.update(chunk.subarray(0, read));
    return { bytes, sha256: hash.digest('hex') };
  } finally {
    closeSync(file);
  }
}

/** Throws StoreFault `backup-damaged` where a file is missing or is not the one that was written. */
export function checkFile(folder: string, { name, bytes, sha256 }: BackupFile): void {
  const path = join(folder, name);
  if (!existsSync(path)) throw damagedBackup(folder, `${name} is missing`);
  const found = fileDigest(path);
  if (found.bytes !== bytes)
    throw damagedBackup(folder, `${name} has ${found.bytes} bytes, and was written with ${bytes}`);
  if (found.sha256 !== sha256)
    throw damagedBackup(folder, `${name} has another SHA-256 than the one in ${MANIFEST}`);
}

export function damagedBackup(folder: string, what: string): StoreFault {
  return new StoreFault(
    'backup-damaged',
    `the backup in ${folder} is damaged: ${what}; use another backup, or begin a new one in an empty folder`,
    { folder },
  );
}
