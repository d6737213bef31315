import { type Position, START } from '#event-sourcing';
import type { EventReader, StoredEvent } from '#event-store';
import {
  type Checkpoint,
  digestRecord,
  GrowingTree,
  hashAt,
  HASH_BYTES,
  leafHash,
  TILE_WIDTH,
} from '#ledger';
import { type Difference, differenceAt } from './difference.js';
import { EventCheck } from './event-check.js';
import type { TreeStore } from './tree-store.js';

/** Entries that are read and compared at a time: eight tiles. */
const PAGE = 8 * TILE_WIDTH;
/** Findings that are named; all are counted. */
const NAMED = 20;

/** Findings of entries that differ from the stored tree. */
const DIFFERENT: ReadonlySet<string> = new Set(['changed', 'removed', 'inserted', 'swapped']);
const TREE_DAMAGED =
  'the log is as it was signed; the stored tree is not: stop the server and delete proofs.sqlite, and it is made anew';

export interface VerifyParts {
  readonly events: EventReader;
  readonly store: TreeStore;
  /** Checkpoints that the log must agree with: the stored one, and one that was kept elsewhere. */
  readonly checkpoints: readonly Checkpoint[];
  /** Also whether each event is right by itself: canonical, its id that of its source, its time not before the last. */
  readonly full?: boolean;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Something that is not as it was recorded. */
export interface LogFinding {
  readonly kind: Difference['kind'] | 'unreadable' | 'missing' | 'malformed' | 'forked' | 'tree-damaged';
  /** The first entry that it concerns. */
  readonly entry: number;
  /** Position of that entry, where the log still has it. */
  readonly position?: Position;
  /** One sentence for people. */
  readonly detail: string;
}

export interface VerifiedLog {
  /** Entries that the log has. */
  readonly entries: number;
  /** The root over all of them. */
  readonly root: Uint8Array;
  /** The first of them, at most twenty. */
  readonly findings: readonly LogFinding[];
  /** How many there are. */
  readonly found: number;
}

/**
 * Reads the whole log, computes its tree anew, and compares it with the stored tree, entry by entry, and with the
 * roots of checkpoints. Nothing is written. Throws StoreFault only where the tree itself cannot be read.
 */
export function verifyLog(parts: VerifyParts): Promise<VerifiedLog> {
  return new Verification(parts).run();
}

class Verification {
  private readonly tree = new GrowingTree();
  private readonly roots = new Map<number, Uint8Array>();
  private readonly findings: LogFinding[] = [];
  private readonly check: EventCheck | undefined;
  private found = 0;
  private treeSize = 0;
  /** By how much the log's entries have moved against the tree's: an event that is gone moves all behind it. */
  private moved = 0;

  constructor(private readonly parts: VerifyParts) {
    this.check = parts.full === true ? new EventCheck() : undefined;
  }

  async run(): Promise<VerifiedLog> {
    this.treeSize = (await this.parts.store.progress())?.size ?? 0;
    for (let after: Position | undefined = START; after !== undefined;) after = await this.page(after);
    const { size } = this.tree;
    const expected = Math.max(this.treeSize, ...this.parts.checkpoints.map((checkpoint) => checkpoint.size));
    if (size + this.moved < expected)
      this.note({
        kind: 'missing',
        entry: size + this.moved,
        detail: `the log ends here: entries ${size + this.moved} to ${expected - 1}, which were signed for, are gone`,
      });
    this.compareRoots();
    return { entries: size, root: this.tree.root(), findings: this.findings, found: this.found };
  }

  /** Takes in a page; returns the position to go on behind, undefined at the end. */
  private async page(after: Position): Promise<Position | undefined> {
    const first = this.tree.size;
    const limit = PAGE - (first % TILE_WIDTH);
    let read;
    try {
      read = await this.parts.events.readAll({ after, limit });
    } catch (error) {
      return this.stepOver(after, error as Error);
    }
    await this.compare(first, read.events);
    this.parts.onProgress?.(this.tree.size, Math.max(this.treeSize, this.tree.size));
    return read.atEnd ? undefined : (read.events.at(-1)?.position ?? read.scannedTo);
  }

  private async compare(first: number, events: readonly StoredEvent[]): Promise<void> {
    const leaves = events.map(({ bytes }) => leafHash(digestRecord(bytes)));
    const stored = await this.storedLeaves(first + this.moved, leaves.length + TILE_WIDTH);
    for (let i = 0, s = 0; i < leaves.length; i++, s++) {
      const { position } = events[i]!;
      this.append(leaves[i]!);
      const fault = this.check?.faultOf(events[i]!);
      if (fault !== undefined) this.note({ kind: 'malformed', entry: first + i, position, detail: fault });
      const expected = stored[s];
      if (expected === undefined || Buffer.compare(leaves[i]!, expected) === 0) continue;
      const { kind, detail, distance } = differenceAt(leaves.slice(i), stored.slice(s), first + i);
      this.note({ kind, detail, entry: first + i, position });
      if (kind === 'swapped') stored[s + distance] = leaves[i + distance]!;
      if (kind === 'removed') [this.moved, s] = [this.moved + distance, s + distance];
      if (kind !== 'inserted') continue;
      for (let more = 1; more < distance; more++) this.append(leaves[++i]!);
      [this.moved, s] = [this.moved - distance, s - 1];
    }
  }

  /** A part of the log that cannot be read is named, and what follows in the next tile is compared. */
  private async stepOver(after: Position, error: Error): Promise<Position | undefined> {
    let last = after;
    for (;;) {
      try {
        const { events, atEnd } = await this.parts.events.readAll({ after: last, limit: 1 });
        await this.compare(this.tree.size, events);
        if (atEnd || events.length === 0) return undefined;
        last = events[0]!.position;
      } catch {
        break;
      }
    }
    const entry = this.tree.size;
    const next = Math.floor(entry / TILE_WIDTH) + 1;
    const before = await this.parts.store.positionBefore(next);
    const end = before === undefined ? this.treeSize : next * TILE_WIDTH;
    const rest = end - entry > 1 ? `; entries ${entry + 1} to ${end - 1} could not be compared` : '';
    this.note({ kind: 'unreadable', entry, detail: `cannot be read: ${error.message}${rest}` });
    for (const leaf of await this.storedLeaves(entry + this.moved, end - entry)) this.append(leaf);
    return before;
  }

  private append(leaf: Uint8Array): void {
    this.tree.append(leaf);
    if (this.parts.checkpoints.some(({ size }) => size === this.tree.size))
      this.roots.set(this.tree.size, this.tree.root());
  }

  private compareRoots(): void {
    const { checkpoints } = this.parts;
    const wrong = checkpoints.filter(
      ({ size, root }) => size <= this.tree.size && Buffer.compare(root, this.rootAt(size)) !== 0,
    );
    const whole = checkpoints.some(({ size }) => size >= this.treeSize && size <= this.tree.size);
    const different = this.findings.find(({ kind }) => DIFFERENT.has(kind));
    if (wrong.length === 0 && whole && different !== undefined) {
      // The log itself gives the signed roots, so what differs from it is the stored tree.
      const others = this.findings.filter(({ kind }) => !DIFFERENT.has(kind));
      const damaged = { kind: 'tree-damaged', entry: different.entry, detail: TREE_DAMAGED } as const;
      this.findings.splice(0, this.findings.length, damaged, ...others);
      this.found = this.findings.length;
    }
    for (const { size } of wrong) {
      // Where single entries are named already, they are the reason.
      if (this.findings.some(({ entry }) => entry < size)) continue;
      const detail = `the first ${size} entries do not give the root that was signed for them: this is another log, or one that was changed together with its tree`;
      this.note({ kind: 'forked', entry: 0, detail });
    }
  }

  private rootAt(size: number): Uint8Array {
    return size === 0 ? new GrowingTree().root() : this.roots.get(size)!;
  }

  /** Leaf hashes of the stored tree, as far as it goes. */
  private async storedLeaves(from: number, count: number): Promise<Uint8Array[]> {
    const leaves: Uint8Array[] = [];
    const end = Math.min(from + count, this.treeSize);
    for (let index = Math.floor(from / TILE_WIDTH); index * TILE_WIDTH < end; index++) {
      const tile = await this.parts.store.tile(0, index);
      for (let i = 0; i < tile.length / HASH_BYTES; i++) leaves.push(hashAt(tile, i));
    }
    const skip = from % TILE_WIDTH;
    return leaves.slice(skip, skip + end - from);
  }

  private note(finding: LogFinding): void {
    this.found++;
    if (this.findings.length < NAMED) this.findings.push(finding);
  }
}
