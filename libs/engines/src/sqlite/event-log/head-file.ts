import { closeSync, fchmodSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

/** The end of a log: the epoch it is in, and its last event. */
export interface LogHead {
  readonly storeId: string;
  readonly epoch: string;
  /** Last position, 0 when the log is empty. */
  readonly position: number;
  /** Id of the event there, hexadecimal; empty when there is none. */
  readonly eventId: string;
}

/** Bytes of the file: JSON text, blanks, and the CRC-32 of both in the last four bytes. */
const BYTES = 256;

/**
 * `log.head`, beside the log: where it ended after the last commit. It is written after the commit is durable and before
 * it is answered, so it never leads: a log that ends before it has lost events. It is not synced itself: a killed process
 * leaves it right, after a power cut it may lag behind the log.
 */
export class HeadFile {
  readonly #file: number;

  constructor(folder: string) {
    const path = join(folder, 'log.head');
    try {
      this.#file = openSync(path, 'r+');
      fchmodSync(this.#file, 0o600);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      this.#file = openSync(path, 'wx+', 0o600);
    }
  }

  /** Undefined when it was never written, or torn by a power cut. */
  read(): LogHead | undefined {
    const bytes = Buffer.alloc(BYTES);
    const text = bytes.subarray(0, BYTES - 4);
    const isWhole = readSync(this.#file, bytes, 0, BYTES, 0) === BYTES;
    if (!isWhole || crc32(text) !== bytes.readUInt32LE(BYTES - 4)) return undefined;
    return JSON.parse(text.toString()) as LogHead;
  }

  /** Where it cannot be written it lags, and the log is none the worse for it. */
  write(head: LogHead): void {
    const bytes = Buffer.alloc(BYTES, ' ');
    bytes.write(JSON.stringify(head));
    bytes.writeUInt32LE(crc32(bytes.subarray(0, BYTES - 4)), BYTES - 4);
    try {
      writeSync(this.#file, bytes, 0, BYTES, 0);
    } catch {
      // The next commit tries again.
    }
  }

  close(): void {
    closeSync(this.#file);
  }
}
