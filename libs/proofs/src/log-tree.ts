import { type Clock, formatTime, type Position, START, StoreFault } from '#event-sourcing';
import type { EventReader, StoredEvent } from '#event-store';
import { digestRecord, GrowingTree, hashAt, lastTile, leafHash, TILE_WIDTH } from '#ledger';
import type { Checkpoint, Tile } from '#ledger';
import { accessKeysOf } from './access-index.js';
import type { KeptTile, TreeStore } from './tree-store.js';

/** Events that one step takes in. */
const STEP_EVENTS = 4096;

export interface LogTreeParts {
  readonly events: EventReader;
  readonly store: TreeStore;
  /** Name of the log, see `originOf`. */
  readonly origin: string;
  /** The signed note of the tree as it is then. */
  readonly sign: (checkpoint: Checkpoint) => string;
  readonly clock: Clock;
}

/** Grows the tree of a log: takes in events in entry order, and signs a checkpoint with each step. One a tree. */
export class LogTree {
  private constructor(
    private readonly parts: LogTreeParts,
    private readonly tree: GrowingTree,
    private position: Position,
  ) {}

  /**
   * Goes on where the stored tree ends. Throws StoreFault `log-shortened` when the log ends before the tree does, and
   * `log-changed` when the tree's last entry is another event now: `cx verify` tells more.
   */
  static async open(parts: LogTreeParts): Promise<LogTree> {
    const { store, events, origin } = parts;
    const stored = await store.progress();
    if (stored?.origin !== origin) {
      await store.begin(origin);
      return new LogTree(parts, new GrowingTree(), START);
    }
    const { size, position } = stored;
    const edges: Uint8Array[] = [];
    for (let level = 0, last; (last = lastTile(level, size)) !== undefined; level++)
      edges.push(await store.tile(level, last.index));
    if (size > 0) await checkEnd(events, position, size, hashAt(edges[0]!, (size - 1) % TILE_WIDTH));
    return new LogTree(parts, new GrowingTree(size, (level) => edges[level]!), position);
  }

  /** Number of entries in the stored tree. */
  get size(): number {
    return this.tree.size;
  }

  /** Takes in the next events; returns true when that was the end of the log. Durable when it returns. */
  async step(): Promise<boolean> {
    const { events, atEnd } = await this.parts.events.readAll({ after: this.position, limit: STEP_EVENTS });
    if (events.length > 0) await this.takeIn(events);
    return atEnd;
  }

  private async takeIn(events: readonly StoredEvent[]): Promise<void> {
    const { store, origin, clock, sign } = this.parts;
    const from = this.tree.size;
    const before = new Map<number, Position>();
    for (const { bytes, position } of events) {
      if (this.tree.size % TILE_WIDTH === 0) before.set(this.tree.size / TILE_WIDTH, this.position);
      this.tree.append(leafHash(digestRecord(bytes)));
      this.position = position;
    }
    const size = this.tree.size;
    await store.extend({
      from,
      progress: { origin, size, position: this.position },
      tiles: this.tree.takeChanges().map((tile) => keptTile(tile, before)),
      accesses: events.flatMap((event) => accessKeysOf(event) ?? []),
      checkpoint: sign({ origin, size, root: this.tree.root() }),
      day: formatTime(clock.now()).slice(0, 10),
    });
  }
}

function keptTile(tile: Tile, before: ReadonlyMap<number, Position>): KeptTile {
  const after = tile.level === 0 ? before.get(tile.index) : undefined;
  return after === undefined ? tile : { ...tile, after };
}

async function checkEnd(
  events: EventReader,
  position: Position,
  size: number,
  leaf: Uint8Array,
): Promise<void> {
  const entry = size - 1;
  const last = await events.readAt(position);
  if (last === undefined)
    throw new StoreFault(
      'log-shortened',
      `the log ends before entry ${entry}, which a checkpoint was signed for: events are lost; cx verify tells which`,
      { entry },
    );
  if (Buffer.compare(leafHash(digestRecord(last.bytes)), leaf) !== 0)
    throw new StoreFault(
      'log-changed',
      `entry ${entry} is not the event that a checkpoint was signed for: cx verify tells more`,
      { entry },
    );
}
