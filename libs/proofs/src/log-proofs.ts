import { NotFound } from '#event-sourcing';
import type { EventReader, StoredEvent } from '#event-store';
import {
  consistencyProof,
  digestRecord,
  entryBundle,
  HASH_BYTES,
  inclusionProof,
  inclusionProofs,
  leafHash,
  proofRangeError,
  rootOf,
  TILE_WIDTH,
} from '#ledger';
import type { ReadTile, TileName } from '#ledger';
import type { TreeStore } from './tree-store.js';

/** Where an entry's proof leads: to the root of the tree of `size` entries. */
export interface InclusionProof {
  readonly entry: number;
  readonly size: number;
  readonly record: Uint8Array;
  readonly leaf: Uint8Array;
  readonly root: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

export interface ConsistencyProof {
  readonly from: number;
  readonly to: number;
  readonly roots: { readonly from: Uint8Array; readonly to: Uint8Array };
  readonly proof: readonly Uint8Array[];
}

/** An entry of the tree: the record that stands for an event, and its leaf hash. */
export interface TreeEntry {
  readonly entry: number;
  readonly record: Uint8Array;
  readonly leaf: Uint8Array;
}

/** Answers what is asked of a log's tree. Throws InvalidInput, NotFound and StoreFault. */
export class LogProofs {
  private readonly readTile: ReadTile = (level, index) => this.store.tile(level, index);

  constructor(
    private readonly events: EventReader,
    private readonly store: TreeStore,
  ) {}

  /** Number of entries in the tree now. */
  async size(): Promise<number> {
    return (await this.store.progress())?.size ?? 0;
  }

  /** `size`: the whole tree as it is now, unless given. */
  async inclusion(entry: number, size?: number): Promise<InclusionProof> {
    const within = await this.sizeWithin('/size', size);
    const proof = await inclusionProof(entry, within, this.readTile);
    const [{ record, leaf }] = (await this.entries(entry, entry + 1)) as [TreeEntry];
    return { entry, size: within, record, leaf, root: await rootOf(within, this.readTile), proof };
  }

  /** The hashes that lead from each of these entries, in ascending order, to the root of the tree of `size` entries. */
  async inclusions(entries: readonly number[], size: number): Promise<readonly (readonly Uint8Array[])[]> {
    await this.sizeWithin('/size', size);
    return inclusionProofs(entries, size, this.readTile);
  }

  async consistency(from: number, to?: number): Promise<ConsistencyProof> {
    const end = await this.sizeWithin('/to', to);
    const proof = await consistencyProof(from, end, this.readTile);
    const roots = { from: await rootOf(from, this.readTile), to: await rootOf(end, this.readTile) };
    return { from, to: end, roots, proof };
  }

  /** The entries from `from` up to `to`, exclusive, as the log has them now. */
  async entries(from: number, to: number): Promise<readonly TreeEntry[]> {
    await this.sizeWithin('/to', to);
    if (from > to) throw proofRangeError('/from', `must not be greater than \`to\` (${to})`);
    const found: TreeEntry[] = [];
    for (let entry = from; entry < to;) {
      const page = await this.eventsFrom(entry, Math.min(to, endOfTile(entry)));
      for (const { bytes } of page) {
        const record = digestRecord(bytes);
        found.push({ entry: entry++, record, leaf: leafHash(record) });
      }
    }
    return found;
  }

  /** The bytes of a tile at the width that is asked for. Throws NotFound where the tree does not go so far. */
  async tile({ level, index, width }: TileName): Promise<Uint8Array> {
    if (level === 'entries') {
      const from = index * TILE_WIDTH;
      if (from + width > (await this.size())) throw noTile();
      return entryBundle((await this.entries(from, from + width)).map(({ record }) => record));
    }
    const hashes = await this.store.tile(level, index);
    if (hashes.length < width * HASH_BYTES) throw noTile();
    return hashes.subarray(0, width * HASH_BYTES);
  }

  /** Events of one tile, from an entry on. */
  private async eventsFrom(entry: number, to: number): Promise<readonly StoredEvent[]> {
    const index = Math.floor(entry / TILE_WIDTH);
    const after = await this.store.positionBefore(index);
    const limit = to - index * TILE_WIDTH;
    const { events } = after === undefined ? { events: [] } : await this.events.readAll({ after, limit });
    if (events.length < limit)
      throw new NotFound(`the log has no entry ${index * TILE_WIDTH + events.length} any more`, { entry });
    return events.slice(entry % TILE_WIDTH);
  }

  private async sizeWithin(pointer: string, size: number | undefined): Promise<number> {
    const now = await this.size();
    if (size !== undefined && size > now)
      throw proofRangeError(pointer, `must be at most ${now}, the size of the tree: ask again in a moment`);
    return size ?? now;
  }
}

function endOfTile(entry: number): number {
  return (Math.floor(entry / TILE_WIDTH) + 1) * TILE_WIDTH;
}

function noTile(): NotFound {
  return new NotFound('the tree has no such tile yet: the checkpoint tells its size');
}
