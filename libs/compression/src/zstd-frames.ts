import { constants, createZstdDecompress } from 'node:zlib';
import type { ZstdDecompress } from 'node:zlib';
import { LIMITS } from '#event-sourcing';

/** A frame that needs a larger window than this would take its memory before it is known what is in it. */
const WINDOW_LOG = 23;

/** Bytes from a source, with what was read from it and not used put back. */
class PushBack {
  private rest: Buffer | undefined;

  constructor(private readonly source: AsyncIterator<Buffer>) {}

  /** The next bytes, never none; undefined at the end. */
  async next(): Promise<Buffer | undefined> {
    const { rest } = this;
    this.rest = undefined;
    if (rest !== undefined) return rest;
    for (;;) {
      const read = await this.source.next();
      if (read.done === true) return undefined;
      if (read.value.length > 0) return read.value;
    }
  }

  putBack(bytes: Buffer): void {
    if (bytes.length > 0) this.rest = bytes;
  }
}

/**
 * Unpacks all frames of a zstd stream (RFC 8878, 3.1: frames stand one behind the other, and mean what they hold together).
 * Node's own decompressor ends after the first frame and drops the others without an error.
 */
export async function* zstdFrames(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const source = new PushBack(packed[Symbol.asyncIterator]());
  let frames = 0;
  for (let bytes = await source.next(); bytes !== undefined; bytes = await source.next()) {
    if (++frames > LIMITS.zstdFrames) throw new RangeError(`more than ${LIMITS.zstdFrames} frames`);
    source.putBack(bytes);
    const frame = createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: WINDOW_LOG } });
    const fed = feed(frame, source);
    // Its failure is the frame's as well, and thrown from there.
    fed.catch(() => undefined);
    yield* frame as AsyncIterable<Buffer>;
    await fed;
  }
}

/** Writes until the frame ends or nothing is left; puts back what stands behind the frame. */
async function feed(frame: ZstdDecompress, source: PushBack): Promise<void> {
  let written = 0;
  const over = new Promise<'over'>((resolve) =>
    frame.once('end', resolve).once('close', resolve).once('error', resolve),
  ).then(() => 'over' as const);
  for (let bytes = await source.next(); bytes !== undefined; bytes = await source.next()) {
    written += bytes.length;
    const chunk = bytes;
    const taken = new Promise<'taken'>((resolve) => frame.write(chunk, () => resolve('taken')));
    if ((await Promise.race([taken, over])) === 'taken' && frame.bytesWritten === written) continue;
    source.putBack(chunk.subarray(chunk.length - (written - frame.bytesWritten)));
    return;
  }
  frame.end();
}
