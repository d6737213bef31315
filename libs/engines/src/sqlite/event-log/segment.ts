import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { compareKeys, ENTRY_BYTES, ENTRY_WORDS, type SectionName } from './index-entries.js';
import { decodeHeader, HEADER_BYTES, segmentName, type SegmentHeader } from './segment-header.js';
import { FENCE_ENTRIES } from './segment-writer.js';

/** A file of the index, opened for reading. Segments never change. */
export class Segment {
  readonly ids: Section;
  readonly streams: Section;
  readonly types: Section;

  private constructor(
    readonly name: string,
    readonly header: SegmentHeader,
    private readonly file: number,
  ) {
    const fences = HEADER_BYTES + header.counts.reduce((sum, count) => sum + count, 0) * ENTRY_BYTES;
    let start = HEADER_BYTES;
    let fence = fences;
    const sections = header.counts.map((count) => {
      const section = new Section(file, start, count, fence);
      start += count * ENTRY_BYTES;
      fence += Math.ceil(count / FENCE_ENTRIES) * 4;
      return section;
    });
    [this.ids, this.streams, this.types] = sections as [Section, Section, Section];
  }

  /**
   * Undefined when the file is damaged; with `thoroughly` the checksum of the whole file is verified. Throws ENOENT when it
   * does not exist.
   */
  static open(
    folder: string,
    { from, to }: { from: number; to: number },
    thoroughly: boolean,
  ): Segment | undefined {
    const name = segmentName(from, to);
    const file = openSync(join(folder, name), 'r');
    const header = decodeHeader(readBytes(file, 0, HEADER_BYTES));
    if (header !== undefined && hasLength(file, header) && (!thoroughly || hasSum(file, header))) {
      return new Segment(name, header, file);
    }
    closeSync(file);
    return undefined;
  }

  section(name: SectionName): Section {
    return this[name];
  }

  /** Whether the file still has the bytes that were written. Pauses while it reads them. */
  async isWhole(pause: () => Promise<void>): Promise<boolean> {
    let sum = 0;
    for (const next of sums(this.file, this.header)) {
      sum = next;
      await pause();
    }
    return sum === this.header.crc;
  }

  close(): void {
    closeSync(this.file);
  }
}

/** The sorted entries of one kind in a segment. */
export class Section {
  readonly #fences: Uint32Array;
  /** The entries read last, from one fence to the next. */
  readonly #buffer = Buffer.allocUnsafeSlow(FENCE_ENTRIES * ENTRY_BYTES);
  #entries: Uint32Array = new Uint32Array(0);
  #fence = -1;

  constructor(
    private readonly file: number,
    private readonly start: number,
    readonly count: number,
    fences: number,
  ) {
    this.#fences = words(file, fences, Math.ceil(count / FENCE_ENTRIES));
  }

  /** Number of the last entry whose key is that at `at` or comes before it; -1 when there is none. */
  floor(key: Uint32Array, at: number): number {
    const word = key[at]!;
    let high = this.#last((fence) => fence <= word);
    if (high === -1) return -1;
    // Many fences may have the word itself: one stream, or one type.
    let low = Math.max(
      0,
      this.#last((fence) => fence < word),
    );
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (compareKeys(this.#read(middle), 0, key, at) <= 0) low = middle;
      else high = middle - 1;
    }
    return this.#floorWithin(low, key, at);
  }

  /** The words of one entry; valid until the next call. */
  entry(place: number): Uint32Array {
    const fence = Math.floor(place / FENCE_ENTRIES);
    const at = (place - fence * FENCE_ENTRIES) * ENTRY_WORDS;
    return this.#read(fence).subarray(at, at + ENTRY_WORDS);
  }

  /** Copies up to `limit` entries from number `from` on. */
  read(from: number, limit: number): Uint32Array {
    const count = Math.max(0, Math.min(limit, this.count - from));
    return words(this.file, this.start + from * ENTRY_BYTES, count * ENTRY_WORDS);
  }

  #floorWithin(fence: number, key: Uint32Array, at: number): number {
    const entries = this.#read(fence);
    let low = -1;
    let high = entries.length / ENTRY_WORDS - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (compareKeys(entries, middle * ENTRY_WORDS, key, at) <= 0) low = middle;
      else high = middle - 1;
    }
    return fence * FENCE_ENTRIES + low;
  }

  /** The last fence for which `holds` (true for the first ones, then false); -1 when it holds for none. */
  #last(holds: (word: number) => boolean): number {
    let low = -1;
    let high = this.#fences.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (holds(this.#fences[middle]!)) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The entries behind a fence, in a buffer that the next call overwrites. */
  #read(fence: number): Uint32Array {
    if (fence === this.#fence) return this.#entries;
    const count = Math.min(FENCE_ENTRIES, this.count - fence * FENCE_ENTRIES);
    const bytes = this.#buffer.subarray(0, count * ENTRY_BYTES);
    fill(this.file, bytes, this.start + fence * FENCE_ENTRIES * ENTRY_BYTES);
    this.#fence = fence;
    return (this.#entries = new Uint32Array(this.#buffer.buffer, 0, count * ENTRY_WORDS));
  }
}

/** Bytes of a segment read at once to check its sum. */
const CHECKED_BYTES = 1024 * 1024;

function hasLength(file: number, { counts }: SegmentHeader): boolean {
  return fstatSync(file).size === HEADER_BYTES + bodyBytes(counts);
}

function hasSum(file: number, header: SegmentHeader): boolean {
  let sum = 0;
  for (const next of sums(file, header)) sum = next;
  return sum === header.crc;
}

/** The checksum of the bytes behind the header, part by part; the last one is that of all. */
function* sums(file: number, { counts }: SegmentHeader): Iterable<number> {
  const end = HEADER_BYTES + bodyBytes(counts);
  let sum = 0;
  for (let at = HEADER_BYTES; at < end; at += CHECKED_BYTES) {
    sum = crc32(readBytes(file, at, Math.min(CHECKED_BYTES, end - at)), sum);
    yield sum;
  }
}

function bodyBytes(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count * ENTRY_BYTES + Math.ceil(count / FENCE_ENTRIES) * 4, 0);
}

function readBytes(file: number, at: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(length);
  return bytes.subarray(0, fill(file, bytes, at));
}

/** Fills `bytes` from the file at `at`; returns how many were read. */
function fill(file: number, bytes: Buffer, at: number): number {
  let done = 0;
  while (done < bytes.length) {
    const read = readSync(file, bytes, done, bytes.length - done, at + done);
    if (read === 0) break;
    done += read;
  }
  return done;
}

function words(file: number, at: number, count: number): Uint32Array {
  return new Uint32Array(readBytes(file, at, count * 4).buffer, 0, count);
}
