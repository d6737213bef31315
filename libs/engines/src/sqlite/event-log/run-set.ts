import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ENTRY_WORDS, positionOf } from './run-entries.js';
import { parseRunName, runName, type RunHeader } from './run-header.js';
import { Run } from './run.js';

/**
 * The runs that together are the index, as they lie in the folder: a chain from position 0, each beginning where the
 * one before ends. Names say all there is to know, so that there is no other record that could disagree: a run gets
 * its name when it is whole, and those it was merged from are left out from then on.
 */
export class RunSet {
  #runs: readonly Run[] = [];
  #names = '';

  constructor(
    readonly folder: string,
    private readonly accepts: (header: RunHeader) => boolean = () => true,
  ) {}

  /** From the oldest to the newest. */
  get runs(): readonly Run[] {
    return this.#runs;
  }

  /** All entries up to here are in the runs, and none beyond. */
  get checkpoint(): number {
    return this.#runs.at(-1)?.header.to ?? 0;
  }

  /** Looks what lies in the folder now; `thoroughly`: and whether it is undamaged. */
  refresh(thoroughly = false): void {
    for (let tries = 0; ; tries++) {
      try {
        return this.#refresh(thoroughly);
      } catch (error) {
        // A run may have been merged, and removed, since the folder was listed.
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || tries === 10) throw error;
      }
    }
  }

  /** Removes what is no part of the chain. */
  tidy(): void {
    const used = new Set(this.#runs.map(({ name }) => name));
    for (const name of readdirSync(this.folder)) {
      if (!used.has(name)) rmSync(join(this.folder, name), { recursive: true, force: true });
    }
    // What is written anew may get the name of what was removed.
    this.#names = '';
  }

  /** Position of an id; -1 when it is not here. The newest runs first: repeats are mostly of late. */
  findId(key: Uint32Array, at: number): number {
    for (let i = this.#runs.length - 1; i >= 0; i--) {
      const { ids } = this.#runs[i]!;
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
    for (let i = this.#runs.length - 1; i >= 0; i--) {
      const { streams } = this.#runs[i]!;
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
    for (const { streams } of this.#runs) {
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
    for (const { types, header } of this.#runs) {
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
    for (const run of this.#runs) run.close();
    this.#runs = [];
    this.#names = '';
  }

  #refresh(thoroughly: boolean): void {
    const names = readdirSync(this.folder);
    const joined = names.join();
    if (joined === this.#names) return;
    const open = new Map(this.#runs.map((run) => [run.name, run]));
    const chain: Run[] = [];
    try {
      this.#extend(chain, names, open, thoroughly);
    } catch (error) {
      for (const run of chain) if (!this.#runs.includes(run)) run.close();
      throw error;
    }
    for (const run of this.#runs) if (!chain.includes(run)) run.close();
    this.#runs = chain;
    this.#names = joined;
  }

  /** From each end the longest run that is whole; the chain ends where there is none. */
  #extend(chain: Run[], names: readonly string[], open: ReadonlyMap<string, Run>, thoroughly: boolean): void {
    const ranges = names.map(parseRunName).filter((range) => range !== undefined);
    ranges.sort((a, b) => a.from - b.from || b.to - a.to);
    let end = 0;
    for (const range of ranges) {
      if (range.from !== end) continue;
      const run = open.get(runName(range.from, range.to)) ?? Run.open(this.folder, range, thoroughly);
      if (run === undefined) continue;
      if (!this.accepts(run.header)) {
        run.close();
        continue;
      }
      chain.push(run);
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
