import { type Position, START } from '#event-sourcing';
import {
  type AccessKeys,
  type AccessLookup,
  fenced,
  type FoundAccesses,
  foundAccesses,
  type IndexedAccesses,
  type KeptCheckpoint,
  type KeptTile,
  type TreeChange,
  type TreeProgress,
  TreeStore,
} from '#proofs';

/** The readable reference of a tree store. */
export class MemoryTreeStore extends TreeStore {
  readonly tiles = new Map<string, KeptTile>();
  readonly days = new Map<string, string>();
  private accesses: AccessKeys[] = [];
  private state: { progress: TreeProgress; checkpoint?: string } | undefined;

  override progress(): Promise<TreeProgress | undefined> {
    return Promise.resolve(this.state?.progress);
  }

  override tile(level: number, index: number): Promise<Uint8Array> {
    return Promise.resolve(this.tiles.get(`${level}/${index}`)?.hashes ?? new Uint8Array());
  }

  override positionBefore(index: number): Promise<Position | undefined> {
    return Promise.resolve(this.tiles.get(`0/${index}`)?.after);
  }

  override checkpoint(): Promise<string | undefined> {
    return Promise.resolve(this.state?.checkpoint);
  }

  override checkpoints(limit: number): Promise<readonly KeptCheckpoint[]> {
    const kept = [...this.days].map(([day, note]) => ({ day, note }));
    return Promise.resolve(kept.sort((a, b) => (a.day < b.day ? 1 : -1)).slice(0, limit));
  }

  override begin(origin: string): Promise<void> {
    this.tiles.clear();
    this.accesses = [];
    this.state = { progress: { origin, size: 0, position: START } };
    return Promise.resolve();
  }

  override indexedAccesses(tenant: string): Promise<IndexedAccesses | undefined> {
    const revisions = this.accesses.filter((one) => one.tenant === tenant).map(({ revision }) => revision);
    const [first, last] = [revisions[0], revisions.at(-1)];
    return Promise.resolve(first === undefined ? undefined : { first, last: last! });
  }

  override async findAccesses(lookup: AccessLookup): Promise<FoundAccesses | undefined> {
    const { tenant, from, limit } = lookup;
    const range = await this.indexedAccesses(tenant);
    const of = (key: number) =>
      this.accesses.filter((one) => one.tenant === tenant && one.keys.includes(key));
    return foundAccesses(lookup, range, {
      walk: (key) => {
        const below = of(key).filter(({ revision }) => revision <= from);
        return below
          .map(({ revision }) => revision)
          .reverse()
          .slice(0, limit);
      },
      has: (key, revision) => of(key).some((one) => one.revision === revision),
    });
  }

  override lastLateAccess(tenant: string, time: number): Promise<number> {
    const late = this.accesses.filter((one) => one.tenant === tenant && (one.late ?? Infinity) <= time);
    return Promise.resolve(late.at(-1)?.revision ?? -1);
  }

  override extend({ from, progress, tiles, accesses, checkpoint, day }: TreeChange): Promise<void> {
    if (this.state?.progress.size !== from) return Promise.reject(fenced());
    this.accesses.push(...accesses);
    for (const tile of tiles) {
      const key = `${tile.level}/${tile.index}`;
      this.tiles.set(key, { ...tile, after: tile.after ?? this.tiles.get(key)?.after });
    }
    this.state = { progress, checkpoint };
    this.days.set(day, checkpoint);
    return Promise.resolve();
  }

  override close(): Promise<void> {
    return Promise.resolve();
  }
}
