import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { formatTime, StoreFault } from '#event-sourcing';
import { publicKeyOf } from '#ledger';
import { createKeyFile, readKeyFile, syncFolder } from './key-file.js';

/** A public key of the log. */
export interface LogPublicKey {
  readonly publicKey: Uint8Array;
  /** When it was replaced, RFC 3339; null while it signs. */
  readonly until: string | null;
}

/**
 * The key that signs a log's checkpoints: its private key (32 bytes) in a file of mode 600, which is made where it is
 * missing; beside it, in `<file>.former`, the public keys that it replaced, a line each, so that old checkpoints can be
 * verified. Throws StoreFault `log-key-…` with what to do.
 */
export class LogKey {
  private constructor(
    readonly file: string,
    private current: Uint8Array,
  ) {}

  static load(file: string): LogKey {
    createKeyFile(file, 'log-key');
    return new LogKey(file, readKeyFile(file, 'log-key'));
  }

  /** The key of a file; undefined where there is none. */
  static find(file: string): LogKey | undefined {
    return existsSync(file) ? new LogKey(file, readKeyFile(file, 'log-key')) : undefined;
  }

  /** The private key that signs now. */
  get seed(): Uint8Array {
    return this.current;
  }

  /** The key that signs now, then the former ones, the newest first. */
  publicKeys(): readonly LogPublicKey[] {
    const publicKey = publicKeyOf(this.current);
    // A rotation that was interrupted may have noted the key that still signs.
    const former = this.former().filter((key) => Buffer.compare(key.publicKey, publicKey) !== 0);
    return [{ publicKey, until: null }, ...former.reverse()];
  }

  /** Puts a new key in place of the one in the file. Interrupted anywhere, the next call goes on. */
  rotate(now: number): void {
    const next = `${this.file}.next`;
    createKeyFile(next, 'log-key');
    const line = `${Buffer.from(publicKeyOf(this.current)).toString('base64')} ${formatTime(now)}\n`;
    writeFileSync(this.formerFile, line, { flag: 'a', mode: 0o600, flush: true });
    renameSync(next, this.file);
    syncFolder(dirname(this.file));
    this.current = readKeyFile(this.file, 'log-key');
  }

  private get formerFile(): string {
    return `${this.file}.former`;
  }

  private former(): LogPublicKey[] {
    if (!existsSync(this.formerFile)) return [];
    const lines = readFileSync(this.formerFile, 'utf8').trim().split('\n');
    return lines.map((line) => {
      const [key = '', until = ''] = line.split(' ');
      const publicKey = Buffer.from(key, 'base64');
      if (publicKey.length !== 32 || until === '')
        throw new StoreFault(
          'log-key-malformed',
          `${this.formerFile} has a line that is not a public key and a time: restore it from a backup`,
          { file: this.formerFile },
        );
      return { publicKey, until };
    });
  }
}
