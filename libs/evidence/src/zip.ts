import { pipeline, Readable } from 'node:stream';
import { crc32, createDeflateRaw } from 'node:zlib';
import { LedgerError } from '#event-sourcing';

/** A file of an archive; its content is asked for when its turn comes. */
export interface ZipFile {
  /** With `/` between folder and name. */
  readonly name: string;
  readonly content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** The most bytes of an archive and of each file in it, as they are and as they are packed: their numbers have four bytes. */
export const ZIP_BYTES = 0xffff_ffff;
/** Sizes follow the content, and names are in UTF-8. */
const FLAGS = 0x0808;
const DEFLATE = 8;
const VERSION = 20;

interface Written {
  readonly name: Buffer;
  readonly at: number;
  readonly crc: number;
  readonly packed: number;
  readonly bytes: number;
}

/**
 * A zip archive, piece by piece: no more of a file is held than what is packed at the moment. Throws LedgerError
 * `export-too-large` as soon as a file, or the archive, has more than `most` bytes; 4 GiB is what the format can say.
 */
export async function* zipOf(
  files: AsyncIterable<ZipFile>,
  made: Date,
  most: number = ZIP_BYTES,
): AsyncGenerator<Uint8Array> {
  const written: Written[] = [];
  const time = dosTime(made);
  let at = 0;
  for await (const { name: text, content } of files) {
    const name = Buffer.from(text, 'utf8');
    const counted = { crc: 0, bytes: 0, packed: 0 };
    // Where the file ends, but for its content.
    const frameEnd = at + LOCAL + name.length + DESCRIPTOR;
    yield localHeader(name, time);
    for await (const piece of packed(content, counted)) {
      counted.packed += piece.length;
      if (Math.max(frameEnd + counted.packed, counted.bytes) > most)
        throw new LedgerError(
          'export-too-large',
          `an archive has at most ${most} bytes: export a part, by asOf or at`,
        );
      yield piece;
    }
    yield descriptor(counted);
    written.push({ name, at, ...counted });
    at = frameEnd + counted.packed;
  }
  const directory = Buffer.concat(written.map((file) => directoryEntry(file, time)));
  yield directory;
  yield end(written.length, directory.length, at);
}

async function* packed(
  content: ZipFile['content'],
  counted: { crc: number; bytes: number },
): AsyncGenerator<Uint8Array> {
  const deflate = createDeflateRaw();
  const pieces = async function* () {
    for await (const piece of content) {
      counted.crc = crc32(piece, counted.crc);
      counted.bytes += piece.length;
      yield piece;
    }
  };
  // What goes wrong reaches whoever reads the packed pieces.
  pipeline(Readable.from(pieces(), { objectMode: false }), deflate, () => undefined);
  yield* deflate as AsyncIterable<Uint8Array>;
}

const [LOCAL, DESCRIPTOR, ENTRY, END] = [30, 16, 46, 22];

function localHeader(name: Buffer, time: number): Buffer {
  const header = Buffer.alloc(LOCAL);
  header.writeUInt32LE(0x0403_4b50, 0);
  header.writeUInt16LE(VERSION, 4);
  header.writeUInt16LE(FLAGS, 6);
  header.writeUInt16LE(DEFLATE, 8);
  header.writeUInt32LE(time, 10);
  header.writeUInt16LE(name.length, 26);
  return Buffer.concat([header, name]);
}

function descriptor({ crc, packed: size, bytes }: Pick<Written, 'crc' | 'packed' | 'bytes'>): Buffer {
  const text = Buffer.alloc(DESCRIPTOR);
  text.writeUInt32LE(0x0807_4b50, 0);
  [crc, size, bytes].forEach((value, i) => text.writeUInt32LE(value, 4 + 4 * i));
  return text;
}

function directoryEntry({ name, at, crc, packed: size, bytes }: Written, time: number): Buffer {
  const entry = Buffer.alloc(ENTRY);
  entry.writeUInt32LE(0x0201_4b50, 0);
  entry.writeUInt16LE(VERSION, 4);
  entry.writeUInt16LE(VERSION, 6);
  entry.writeUInt16LE(FLAGS, 8);
  entry.writeUInt16LE(DEFLATE, 10);
  entry.writeUInt32LE(time, 12);
  [crc, size, bytes].forEach((value, i) => entry.writeUInt32LE(value, 16 + 4 * i));
  entry.writeUInt16LE(name.length, 28);
  entry.writeUInt32LE(at, 42);
  return Buffer.concat([entry, name]);
}

function end(files: number, directoryBytes: number, at: number): Buffer {
  const record = Buffer.alloc(END);
  record.writeUInt32LE(0x0605_4b50, 0);
  record.writeUInt16LE(files, 8);
  record.writeUInt16LE(files, 10);
  record.writeUInt32LE(directoryBytes, 12);
  record.writeUInt32LE(at, 16);
  return record;
}

/** The time (low) and the day (high) as MS-DOS has them, in UTC. */
function dosTime(made: Date): number {
  const time = (made.getUTCHours() << 11) | (made.getUTCMinutes() << 5) | (made.getUTCSeconds() >> 1);
  const day = ((made.getUTCFullYear() - 1980) << 9) | ((made.getUTCMonth() + 1) << 5) | made.getUTCDate();
  return ((day << 16) | time) >>> 0;
}
