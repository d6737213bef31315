/** One frame within LZ4 bytes (LZ4 frame format 1.6). */
export interface Lz4Frame {
  readonly bytes: Buffer;
  /** What its blocks may hold at most when decompressed. */
  readonly mostBytes: number;
}

const FRAME = 0x184d2204;
/** Sixteen magic numbers begin frames that hold nothing of ours. */
const SKIPPED = 0x184d2a50;
const FLAGS = { dictionaryId: 0x01, contentChecksum: 0x04, contentSize: 0x08, blockChecksum: 0x10 };

/**
 * The frames that stand one behind the other in LZ4 bytes. The decompressor reads the first alone and drops the others
 * without an error. Throws RangeError where something else is left over, or the last frame is cut off.
 */
export function* lz4Frames(bytes: Buffer): Generator<Lz4Frame> {
  for (let at = 0; at < bytes.length;) {
    const magic = bytes.readUInt32LE(at);
    if (magic >= SKIPPED && magic < SKIPPED + 16) {
      at += 8 + bytes.readUInt32LE(at + 4);
      if (at > bytes.length) throw new RangeError('the last frame is cut off');
      continue;
    }
    if (magic !== FRAME) throw new RangeError('bytes are left over behind the last frame');
    const { end, mostBytes } = frameAt(bytes, at);
    yield { bytes: bytes.subarray(at, end), mostBytes };
    at = end;
  }
}

function frameAt(bytes: Buffer, start: number): { end: number; mostBytes: number } {
  const flags = bytes.readUInt8(start + 4);
  const blockSize = 1 << (8 + 2 * ((bytes.readUInt8(start + 5) >> 4) & 0x07));
  const has = (flag: number) => (flags & flag) !== 0;
  let at = start + 7 + (has(FLAGS.contentSize) ? 8 : 0) + (has(FLAGS.dictionaryId) ? 4 : 0);
  let mostBytes = 0;
  for (
    let size = bytes.readUInt32LE(at) & 0x7fffffff;
    size !== 0;
    size = bytes.readUInt32LE(at) & 0x7fffffff
  ) {
    at += 4 + size + (has(FLAGS.blockChecksum) ? 4 : 0);
    mostBytes += blockSize;
  }
  const end = at + 4 + (has(FLAGS.contentChecksum) ? 4 : 0);
  if (end > bytes.length) throw new RangeError('the last frame is cut off');
  return { end, mostBytes };
}
