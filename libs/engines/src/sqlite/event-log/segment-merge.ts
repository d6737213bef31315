import { StoreFault } from '#event-sourcing';
import { compareKeys, ENTRY_WORDS, SECTIONS } from './index-entries.js';
import type { Segment, Section } from './segment.js';
import { SegmentWriter } from './segment-writer.js';

/** Number of segments of one size at which they are merged. */
const FAN = 4;

/** Events of the smallest size. */
const SMALLEST = 4096;

/** Entries read and written at once. */
const CHUNK = 4096;

/** The size of a segment, as a power of FAN. */
function level({ header }: Segment): number {
  return Math.max(0, Math.floor(Math.log((header.to - header.from) / SMALLEST) / Math.log(FAN)));
}

/**
 * The segments to be merged next: the newest ones, starting at the oldest of four or more of one size with no larger one
 * between. So there are never more than three of a size, and each entry is written once a size.
 */
export function segmentsToMerge(segments: readonly Segment[]): readonly Segment[] {
  let same = 0;
  let largest = -1;
  let from = segments.length;
  for (let i = segments.length - 1; i >= 0; i--) {
    const size = level(segments[i]!);
    if (size > largest) {
      if (same >= FAN) break;
      largest = size;
      same = 0;
    }
    if (size === largest) same++;
    if (same >= FAN) from = i;
  }
  return segments.slice(from);
}

/**
 * Merges adjacent segments into one, synced. Pauses after each chunk, for its thread to do other things. Throws StoreFault
 * `store-damaged` where one was damaged since it was opened: its entries would get a valid checksum, and the next start,
 * which drops damaged segments, would not find them.
 */
export async function mergeSegments(
  folder: string,
  segments: readonly Segment[],
  pause: () => Promise<void>,
): Promise<void> {
  for (const segment of segments)
    if (!(await segment.isWhole(pause)))
      throw new StoreFault('store-damaged', `the segment ${segment.name} of the index is damaged`);
  const { header: newest } = segments.at(-1)!;
  const writer = new SegmentWriter(folder, { ...newest, from: segments[0]!.header.from, synced: true });
  try {
    for (const [number, name] of SECTIONS.entries()) {
      const cursors = segments.map((segment) => new Cursor(segment.section(name)));
      for (let chunk = nextChunk(cursors); chunk.length > 0; chunk = nextChunk(cursors)) {
        writer.add(number, chunk);
        await pause();
      }
    }
    writer.finish();
  } catch (error) {
    writer.abandon();
    throw error;
  }
}

/** Iterates over a section in order. */
class Cursor {
  entries: Uint32Array = new Uint32Array(0);
  at = 0;
  #next = 0;

  constructor(private readonly section: Section) {}

  /** Whether there is an entry at `at`. */
  get ready(): boolean {
    if (this.at < this.entries.length) return true;
    this.entries = this.section.read(this.#next, CHUNK);
    this.#next += CHUNK;
    this.at = 0;
    return this.entries.length > 0;
  }
}

function nextChunk(cursors: readonly Cursor[]): Uint32Array {
  const chunk = new Uint32Array(CHUNK * ENTRY_WORDS);
  let length = 0;
  let open = cursors.filter((cursor) => cursor.ready);
  while (open.length > 0 && length < chunk.length) {
    let least = open[0]!;
    for (let i = 1; i < open.length; i++) {
      const cursor = open[i]!;
      if (compareKeys(cursor.entries, cursor.at, least.entries, least.at) < 0) least = cursor;
    }
    for (let i = 0; i < ENTRY_WORDS; i++) chunk[length + i] = least.entries[least.at + i]!;
    length += ENTRY_WORDS;
    least.at += ENTRY_WORDS;
    if (least.at === least.entries.length && !least.ready) open = open.filter((cursor) => cursor !== least);
  }
  return chunk.subarray(0, length);
}
