import { existsSync, lstatSync, readdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { ENTRY_WORDS, positionOf } from './index-entries.js';
import { isOwnName, parseSegmentName, segmentName, type SegmentHeader } from './segment-header.js';
import type { LogIndex } from './log-index.js';
import { Segment } from './segment.js';

/**
 * The segments that together are the index, as they lie in the folder: a chain from position 0, each beginning where the
 * one before ends. The names are the only record of which segments exist: a
 * segment gets its name when it is complete, and hides the smaller ones that it was merged from.
 */
export class SegmentSet implements LogIndex {
  #segments: readonly Segment[] = [];
  #names = '';

  constructor(
    readonly folder: string,
    private readonly accepts: (header: SegmentHeader) => boolean = () => true,
  ) {}

  /** From the oldest to the newest. */
  get all(): readonly Segment[] {
    return this.#segments;
  }

  /** All entries up to here are in the segments, and none beyond. */
  get checkpoint(): number {
    return this.#segments.at(-1)?.header.to ?? 0;
  }

  /** Reads which segments are in the folder now; `thoroughly`: and checks the bytes of each. Returns the checkpoint. */
  refresh(thoroughly = false): number {
    for (let tries = 0; ; tries++) {
      try {
        this.#refresh(thoroughly);
        return this.checkpoint;
      } catch (error) {
        // A segment may have been merged, and removed, since the folder was listed.
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || tries === 10) throw error;
      }
    }
  }

  /** Removes the segments that are no part of the chain. Other files are never touched. */
  removeUnused(): void {
    const used = new Set(this.#segments.map(({ name }) => name));
    for (const name of existsSync(this.folder) ? filesIn(this.folder) : []) {
      if (!used.has(name) && isOwnName(name)) removeFile(join(this.folder, name));
    }
    // A new segment may get the name of a removed one.
    this.#names = '';
  }

  /** Position of an id; -1 when it is not here. Searches the newest segments first: most repeats are of recent events. */
  findId(key: Uint32Array, at: number): number {
    for (let i = this.#segments.length - 1; i >= 0; i--) {
      const { ids } = this.#segments[i]!;
      const place = ids.floor(key, at);
      if (place === -1) continue;
      const entry = ids.entry(place);
      if (sameWords(entry, 0, key, at, 4)) return positionOf(entry, 0);
    }
    return -1;
  }

  /** Number of events of a stream. `key` is overwritten behind its third word. */
  countOf(key: Uint32Array): number {
    key[3] = 0xffffffff;
    for (let i = this.#segments.length - 1; i >= 0; i--) {
      const { streams } = this.#segments[i]!;
      const place = streams.floor(key, 0);
      if (place === -1) continue;
      const entry = streams.entry(place);
      if (sameWords(entry, 0, key, 0, 3)) return entry[3]! + 1;
    }
    return 0;
  }

  /** Positions of the revisions from `from` on, up to `to` (exclusive). `key` is overwritten behind its third word. */
  positionsOf(key: Uint32Array, from: number, to: number): number[] {
    const positions: number[] = [];
    for (const { streams } of this.#segments) {
      key[3] = from + positions.length;
      if (key[3] >= to) break;
      const place = streams.floor(key, 0);
      if (place === -1) continue;
      const entries = streams.read(place, to - key[3]);
      for (let at = 0; at < entries.length && sameWords(entries, at, key, 0, 3); at += ENTRY_WORDS) {
        if (entries[at + 3] !== from + positions.length) break;
        positions.push(positionOf(entries, at));
      }
    }
    return positions;
  }

  /** First positions of up to `limit` blocks behind `after` that have a type. */
  blocksWith(type: number, after: number, limit: number): number[] {
    const firsts: number[] = [];
    const key = Uint32Array.of(type, 0, Math.floor(after / 2 ** 32), after);
    for (const { types, header } of this.#segments) {
      if (header.to <= after) continue;
      for (let place = types.floor(key, 0) + 1; firsts.length < limit;) {
        const entries = types.read(place, Math.min(512, limit));
        if (entries.length === 0) break;
        let at = 0;
        for (; at < entries.length && entries[at] === type; at += ENTRY_WORDS)
          firsts.push(positionOf(entries, at));
        if (at < entries.length) break;
        place += entries.length / ENTRY_WORDS;
      }
    }
    return firsts.slice(0, limit);
  }

  close(): void {
    for (const segment of this.#segments) segment.close();
    this.#segments = [];
    this.#names = '';
  }

  #refresh(thoroughly: boolean): void {
    const names = filesIn(this.folder);
    const joined = names.join();
    if (joined === this.#names) return;
    const open = new Map(this.#segments.map((segment) => [segment.name, segment]));
    const chain: Segment[] = [];
    try {
      this.#extend(chain, names, open, thoroughly);
    } catch (error) {
      for (const segment of chain) if (!this.#segments.includes(segment)) segment.close();
      throw error;
    }
    for (const segment of this.#segments) if (!chain.includes(segment)) segment.close();
    this.#segments = chain;
    this.#names = joined;
  }

  /** At each end takes the longest undamaged segment; the chain ends where there is none. */
  #extend(
    chain: Segment[],
    names: readonly string[],
    open: ReadonlyMap<string, Segment>,
    thoroughly: boolean,
  ): void {
    const ranges = names.map(parseSegmentName).filter((range) => range !== undefined);
    ranges.sort((a, b) => a.from - b.from || b.to - a.to);
    let end = 0;
    for (const range of ranges) {
      if (range.from !== end) continue;
      const segment =
        open.get(segmentName(range.from, range.to)) ?? Segment.open(this.folder, range, thoroughly);
      if (segment === undefined) continue;
      if (!this.accepts(segment.header)) {
        segment.close();
        continue;
      }
      chain.push(segment);
      end = range.to;
    }
  }
}

/** Whether the first `count` words of the entry at `at` are those of `key` at `keyAt`. */
function sameWords(
  entries: Uint32Array,
  at: number,
  key: Uint32Array,
  keyAt: number,
  count: number,
): boolean {
  for (let i = 0; i < count; i++) if (entries[at + i] !== key[keyAt + i]) return false;
  return true;
}

/** The headers of all segments in a folder, whether they are part of a chain or not. */
export function segmentHeaders(folder: string): readonly SegmentHeader[] {
  const headers: SegmentHeader[] = [];
  for (const name of existsSync(folder) ? filesIn(folder) : []) {
    const range = parseSegmentName(name);
    const segment = range && Segment.open(folder, range, false);
    if (segment === undefined) continue;
    headers.push(segment.header);
    segment.close();
  }
  return headers;
}

/** The plain files in a folder: no links, no folders. */
function filesIn(folder: string): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

/** Removes a plain file, never a link or a folder that has the name of one. */
export function removeFile(path: string): void {
  try {
    if (lstatSync(path).isFile()) unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
