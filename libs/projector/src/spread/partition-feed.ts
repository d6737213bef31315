import type { StoredEvent } from '#event-store';
import type { ClaimedPartition, PartitionAdvance } from './spread-writing.js';

/** A record of the topic; `event` is undefined where it is no event of this ledger. */
export interface FeedRecord {
  readonly offset: bigint;
  readonly event: StoredEvent | undefined;
}

/** What became of offered records: projected; of a partition that this process has lost; or not those that come next. */
export type Offered =
  | { readonly kind: 'projected' | 'lost' }
  /** The records from this offset on are to be read. */
  | { readonly kind: 'seek'; readonly offset: bigint };

interface Partition {
  claimed: ClaimedPartition | undefined;
  queue: readonly FeedRecord[];
  /** Offset that was asked for: what begins elsewhere then is all there is. */
  sought: bigint | undefined;
  /** Records in front of this offset were deleted before they were read: their events are read from the log. */
  gap: bigint | undefined;
  readonly whenClaimed: Set<() => void>;
  readonly whenProjected: Set<(offered: Offered) => void>;
}

/** Some records of one partition, to be projected in one commit. */
export interface TakenRecords {
  readonly partition: number;
  readonly events: readonly StoredEvent[];
  readonly advance: PartitionAdvance;
}

/**
 * The partitions of `cx.recorded` that this process has been assigned, with the records that wait to be projected: between a
 * consumer, which offers records, and the projector, which takes them.
 */
export class PartitionFeed {
  private readonly partitions = new Map<number, Partition>();
  private closedFor: string | undefined;
  /** Called when there is something to do for the projector. */
  onWork: () => void = () => undefined;

  /** `owner`: the name of this process, by which operators know whose the partitions are. */
  constructor(readonly owner: string) {}

  /** These partitions are this process's now, and no others. */
  assign(assigned: readonly number[]): void {
    const kept = new Set(assigned);
    for (const partition of this.partitions.keys()) if (!kept.has(partition)) this.lose(partition);
    for (const partition of kept)
      if (!this.partitions.has(partition)) this.partitions.set(partition, unclaimed());
    this.onWork();
  }

  /** Resolves when the records are projected, or are not to be. They are in the order of their offsets. */
  async offer(partition: number, records: readonly FeedRecord[]): Promise<Offered> {
    const state = this.partitions.get(partition);
    if (state === undefined) return { kind: 'lost' };
    const [first] = records;
    if (state.claimed === undefined) {
      await new Promise<void>((resolve) => {
        state.whenClaimed.add(resolve);
        this.onWork();
      });
    }
    if (state.claimed === undefined || this.partitions.get(partition) !== state) return { kind: 'lost' };
    if (first === undefined) return { kind: 'projected' };
    const { offset } = state.claimed;
    if (first.offset !== offset && state.sought !== offset) {
      state.sought = offset;
      return { kind: 'seek', offset };
    }
    if (first.offset !== offset) state.gap = first.offset;
    state.queue = records;
    return new Promise((resolve) => {
      state.whenProjected.add(resolve);
      this.onWork();
    });
  }

  /** Whoever offered records waits no longer: they are offered again later. */
  withdraw(partition: number): void {
    const state = this.partitions.get(partition);
    if (state === undefined) return;
    state.queue = [];
    endWaiting(state);
  }

  /** Partitions that are to be claimed. */
  unclaimed(): readonly number[] {
    return [...this.partitions]
      .filter(([, { claimed }]) => claimed === undefined)
      .map(([partition]) => partition);
  }

  /** What this process has claimed, and how far it has come. */
  get claims(): readonly ClaimedPartition[] {
    return [...this.partitions.values()].flatMap(({ claimed }) => claimed ?? []);
  }

  /** Whoever has the first partition also does what is done once: jobs, overdue rows, the first catch-up. */
  get leads(): boolean {
    return this.partitions.has(0);
  }

  /** By which a commit of the leader is refused once another one leads; undefined where this one does not. */
  get leadership(): PartitionAdvance | undefined {
    const claimed = this.partitions.get(0)?.claimed;
    return claimed === undefined ? undefined : { ...claimed, from: claimed.offset };
  }

  setClaimed(claims: readonly ClaimedPartition[]): void {
    for (const claimed of claims) {
      const state = this.partitions.get(claimed.partition);
      if (state === undefined) continue;
      state.claimed = claimed;
      for (const go of state.whenClaimed) go();
      state.whenClaimed.clear();
    }
  }

  /** Claims of this process are lost, or their outcome is not known: each is claimed again. */
  release(partitions: readonly number[] = [...this.partitions.keys()]): void {
    for (const partition of partitions) {
      if (!this.partitions.has(partition)) continue;
      this.lose(partition);
      this.partitions.set(partition, unclaimed());
    }
  }

  /** The topic holds no records of a partition in front of this offset any more. */
  available(partition: number, from: bigint): void {
    const state = this.partitions.get(partition);
    if (state?.claimed === undefined || from <= state.claimed.offset) return;
    state.gap = from;
    this.onWork();
  }

  /** A partition of which records were deleted before they were read, with the offset of the first that are there. */
  gap(): { readonly claimed: ClaimedPartition; readonly offset: bigint } | undefined {
    for (const { claimed, gap: offset } of this.partitions.values())
      if (claimed !== undefined && offset !== undefined) return { claimed, offset };
    return undefined;
  }

  /** The next records of each partition, at most `limit` events together. Repeats of a relay that began again are left out. */
  take(limit: number): readonly TakenRecords[] {
    const taken: TakenRecords[] = [];
    let room = limit;
    for (const [partition, { claimed, queue, gap }] of this.partitions) {
      if (claimed === undefined || gap !== undefined || queue.length === 0 || room === 0) continue;
      const events: StoredEvent[] = [];
      let { position } = claimed;
      let { offset } = claimed;
      for (const record of queue) {
        if (events.length === room) break;
        offset = record.offset + 1n;
        if (record.event === undefined || record.event.position <= position) continue;
        position = record.event.position;
        events.push(record.event);
      }
      room -= events.length;
      const { claim, offset: from } = claimed;
      taken.push({ partition, events, advance: { partition, claim, from, offset, position } });
    }
    return taken;
  }

  /** What the topic does not hold any more was read from the log. */
  filled(partition: number): void {
    const state = this.partitions.get(partition);
    if (state !== undefined) state.gap = undefined;
  }

  /** What was taken is committed. */
  advanced(advances: readonly PartitionAdvance[]): void {
    for (const { partition, claim, offset, position } of advances) {
      const state = this.partitions.get(partition);
      if (state?.claimed?.claim !== claim) continue;
      state.claimed = { partition, claim, offset, position };
      state.queue = state.queue.filter((record) => record.offset >= offset);
      if (state.queue.length > 0) continue;
      state.sought = undefined;
      for (const done of state.whenProjected) done({ kind: 'projected' });
      state.whenProjected.clear();
    }
  }

  /** Why this process projects nothing although it has partitions: its program is older than the tables. */
  get closed(): string | undefined {
    return this.closedFor;
  }

  /** Gives all partitions up, until `reopen`. The consumer looks at `closed`. */
  close(reason: string): void {
    this.closedFor = reason;
    this.assign([]);
  }

  reopen(): void {
    this.closedFor = undefined;
  }

  private lose(partition: number): void {
    const state = this.partitions.get(partition);
    this.partitions.delete(partition);
    if (state !== undefined) endWaiting(state);
  }
}

function endWaiting({ whenClaimed, whenProjected }: Partition): void {
  for (const go of whenClaimed) go();
  for (const done of whenProjected) done({ kind: 'lost' });
  whenClaimed.clear();
  whenProjected.clear();
}

function unclaimed(): Partition {
  return {
    claimed: undefined,
    queue: [],
    sought: undefined,
    gap: undefined,
    whenClaimed: new Set(),
    whenProjected: new Set(),
  };
}
