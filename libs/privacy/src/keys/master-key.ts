import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { StoreFault } from '#event-sourcing';
import { createKeyFile, parseKey, readKeyFile } from './key-file.js';

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
 * The master key for the key store in `folder`. A file that is not there is created, mode 600: the one that is named,
 * or `<parent of folder>/.cx-master-<name of folder>.key`, so that a copy or backup of the data folder does not carry
 * it along. It is created only where the folder has no key store yet: a new key beside an old store would hide that
 * the right one is lost. Throws StoreFault (`master-key-…`) with what to do.
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
      bytes: parseKey(Buffer.from(source.key), 'CX_MASTER_KEY', 'master-key'),
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
  const created = !isUsed && createKeyFile(file, 'master-key');
  return { bytes: readKeyFile(file, 'master-key'), origin: file, created };
}

/**
 * The file of the key that signs the log: beside the master key's file, or, where the master key is given as text, in
 * the folder of the keys.
 */
export function logKeyFile({ key, file }: MasterKeySource, folder: string): string {
  return key !== undefined ? join(folder, 'log-key') : `${file ?? createdKeyFile(folder)}.log-key`;
}

/** The file that is created for a data folder. */
function createdKeyFile(folder: string): string {
  const whole = resolve(folder);
  return join(dirname(whole), `.cx-master-${basename(whole) || 'root'}.key`);
}
