import { randomBytes, randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { StoreFault } from '#event-sourcing';

/** Bytes of a master key (AES-256). */
const MASTER_KEY_BYTES = 32;

/** Where a master key may be given. With neither, one is created beside (never in) the data folder. */
export interface MasterKeySource {
  /** `CX_MASTER_KEY`: 32 bytes in base64, base64url or hexadecimal. */
  readonly key?: string;
  /** `CX_MASTER_KEY_FILE`: a file with the same text, or with the 32 bytes themselves. */
  readonly file?: string;
}

export interface MasterKey {
  readonly bytes: Uint8Array;
  /** For people: `CX_MASTER_KEY`, or the path of the file. Never the key. */
  readonly origin: string;
  /** True when the file was made just now. */
  readonly created: boolean;
}

/**
 * The master key for the key store in `folder`. A file that is not there is created, mode 600: the one that is named, or
 * `<parent of folder>/.cx-master-<name of folder>.key`, so that a copy or backup of the data folder does not carry it
 * along. It is created only where the folder has no key store yet: a new key beside an old store would hide that the
 * right one is lost.
 * Throws StoreFault (`master-key-…`) with what to do.
 */
export function loadMasterKey(source: MasterKeySource, folder: string): MasterKey {
  if (source.key !== undefined && source.file !== undefined) {
    throw new StoreFault(
      'master-key-ambiguous',
      'CX_MASTER_KEY and CX_MASTER_KEY_FILE are both set: keep one of them',
    );
  }
  if (source.key !== undefined) {
    return {
      bytes: parseKey(Buffer.from(source.key), 'CX_MASTER_KEY'),
      origin: 'CX_MASTER_KEY',
      created: false,
    };
  }
  const file = source.file ?? createdKeyFile(folder);
  const isUsed = existsSync(join(folder, 'keys.sqlite'));
  if (isUsed && !existsSync(file)) {
    throw new StoreFault(
      'master-key-missing',
      `${folder} has a key store, but its master key ${file} is gone: put it back, or name the file it is in by CX_MASTER_KEY_FILE`,
      { file },
    );
  }
  const created = !isUsed && createKeyFile(file);
  return { bytes: readKeyFile(file), origin: file, created };
}

/** The file that is created for a data folder. */
function createdKeyFile(folder: string): string {
  const whole = resolve(folder);
  return join(dirname(whole), `.cx-master-${basename(whole) || 'root'}.key`);
}

/**
 * Makes a key file, mode 600, durable when this returns; false when there is one already. Under its name it is whole or
 * absent, whatever happens in between; of two processes the first wins.
 */
export function createKeyFile(file: string): boolean {
  try {
    const created = !existsSync(file) && putInPlace(file);
    // Also where there is one already: whoever made it may have been killed before he came to this.
    syncFolder(dirname(file));
    return created;
  } catch (error) {
    throw new StoreFault(
      'master-key-uncreatable',
      `no master key is given and ${file} cannot be created (${(error as Error).message}): ` +
        'make the folder writable, or set CX_MASTER_KEY_FILE or CX_MASTER_KEY',
      { file },
    );
  }
}

/** Writes a new key under another name and gives it its own; false when somebody else was first. */
function putInPlace(file: string): boolean {
  // Taken by nobody: in a container every process has the same number, and a killed one leaves its draft.
  const draft = `${file}.${randomUUID()}.new`;
  try {
    writeFileSync(draft, `${randomBytes(MASTER_KEY_BYTES).toString('base64')}\n`, {
      flag: 'wx',
      mode: 0o600,
      flush: true,
    });
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' && existsSync(file)) return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** The master key of a file. Throws StoreFault `master-key-unreadable`, `-exposed` or `-malformed`. */
export function readKeyFile(file: string): Uint8Array {
  const bytes = readWhole(file);
  const mode = statSync(file).mode & 0o777;
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new StoreFault(
      'master-key-exposed',
      `the master key ${file} can be read by others (mode ${mode.toString(8)}): chmod 600 ${file}`,
      { file },
    );
  }
  return parseKey(bytes, file);
}

function readWhole(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const reason =
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'does not exist' : (error as Error).message;
    throw new StoreFault('master-key-unreadable', `the master key file ${file} cannot be read: ${reason}`, {
      file,
    });
  }
}

function parseKey(content: Buffer, origin: string): Uint8Array {
  // 32 printable characters are a pass phrase or a shorter key, 32 random bytes are never all printable.
  if (content.length === MASTER_KEY_BYTES && content.some((byte) => byte < 0x20 || byte > 0x7e))
    return content;
  const text = content.toString('utf8').trim();
  if (/^[0-9a-fA-F]{64}$/.test(text)) return Buffer.from(text, 'hex');
  if (/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return Buffer.from(text, 'base64');
  throw new StoreFault(
    'master-key-malformed',
    `${origin} is no master key: it must be 32 bytes in base64 (44 characters) or hexadecimal (64), ` +
      `as \`openssl rand -base64 32\` makes; found ${text.length} characters`,
    { origin },
  );
}

/** Makes a new name in a folder durable. Windows has no such thing and needs none. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
