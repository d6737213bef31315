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
import { dirname } from 'node:path';
import { StoreFault } from '#event-sourcing';

/** Bytes of a key: AES-256, and the seed of an Ed25519 key. */
const KEY_BYTES = 32;

/** What a key file is for: the beginning of the codes of its faults. */
export type KeyKind = 'master-key' | 'log-key';

const SETTINGS: { readonly [kind in KeyKind]: string } = {
  'master-key': 'CX_MASTER_KEY_FILE or CX_MASTER_KEY',
  'log-key': 'CX_LOG_KEY_FILE',
};

function nameOf(kind: KeyKind): string {
  return kind.replace('-', ' ');
}

/**
 * Makes a key file, mode 600, durable when this returns; false when there is one already. The file is complete or
 * absent at any moment; of two processes that make it, the first wins.
 */
export function createKeyFile(file: string, kind: KeyKind): boolean {
  try {
    const created = !existsSync(file) && putInPlace(file);
    // Also where the file exists: the process that made it may have been killed before this step.
    syncFolder(dirname(file));
    return created;
  } catch (error) {
    throw new StoreFault(
      `${kind}-uncreatable`,
      `no ${nameOf(kind)} is given and ${file} cannot be created (${(error as Error).message}): ` +
        `make the folder writable, or set ${SETTINGS[kind]}`,
      { file },
    );
  }
}

/** Writes a new key to a draft and renames it; false when another process was first. */
function putInPlace(file: string): boolean {
  // A random name: in a container every process may have the same id, and a killed process leaves its draft.
  const draft = `${file}.${randomUUID()}.new`;
  try {
    writeFileSync(draft, `${randomBytes(KEY_BYTES).toString('base64')}\n`, {
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

/** The key of a file. Throws StoreFault `<kind>-unreadable`, `-exposed` or `-malformed`. */
export function readKeyFile(file: string, kind: KeyKind): Uint8Array {
  const bytes = readWhole(file, kind);
  const mode = statSync(file).mode & 0o777;
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new StoreFault(
      `${kind}-exposed`,
      `the ${nameOf(kind)} ${file} can be read by others (mode ${mode.toString(8)}): chmod 600 ${file}`,
      { file },
    );
  }
  return parseKey(bytes, file, kind);
}

function readWhole(file: string, kind: KeyKind): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const reason =
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'does not exist' : (error as Error).message;
    throw new StoreFault(`${kind}-unreadable`, `the ${nameOf(kind)} file ${file} cannot be read: ${reason}`, {
      file,
    });
  }
}

/**
 * 32 bytes as they are, in base64 or in hexadecimal. Throws StoreFault `<kind>-malformed`, which does not show them.
 */
export function parseKey(content: Buffer, origin: string, kind: KeyKind): Uint8Array {
  // 32 printable characters are a pass phrase or a shorter key, 32 random bytes are never all printable.
  if (content.length === KEY_BYTES && content.some((byte) => byte < 0x20 || byte > 0x7e)) return content;
  const text = content.toString('utf8').trim();
  if (/^[0-9a-fA-F]{64}$/.test(text)) return Buffer.from(text, 'hex');
  if (/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return Buffer.from(text, 'base64');
  throw new StoreFault(
    `${kind}-malformed`,
    `${origin} is no ${nameOf(kind)}: it must be 32 bytes in base64 (44 characters) or hexadecimal (64), ` +
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
