import { createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import type { RowMapper } from '#connectors';
import type { OpenRow, Refusal } from './tally.js';

/**
 * The file of `--refused`: a JSON object a line with row, line, key, rule, reason and cells, so that the cells can be
 * corrected and the file sent again with `--mended`. It holds personal data as the source did: mode 600.
 */
export class RefusedFile {
  private readonly stream: WriteStream;

  constructor(path: string) {
    this.stream = createWriteStream(path, { mode: 0o600 });
  }

  /** Waits until the file can be written; throws when it cannot. */
  async ready(): Promise<void> {
    await once(this.stream, 'open');
  }

  /** `before` lets a rule about changes be applied to the row on its own. */
  write(refusal: Refusal, { source, mapped }: OpenRow, mapper: RowMapper): void {
    const before = mapped.before && mapper.named(mapped.before);
    this.stream.write(`${JSON.stringify({ ...refusal, cells: source.cells(), before })}\n`);
  }

  async close(): Promise<void> {
    this.stream.end();
    await finished(this.stream);
  }
}
