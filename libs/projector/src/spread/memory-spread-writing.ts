import { LedgerError } from '#event-sourcing';
import type { CustomerRef } from '#views';
import type { MemoryData } from '../memory-stored-state.js';
import type { EventCounts, Progress, ReadModelChange } from '../read-model.js';
import {
  type ClaimedPartition,
  type PartitionStatus,
  type SpreadChange,
  SpreadWriting,
} from './spread-writing.js';

/** What every engine must keep of several projectors, in memory. */
export class MemorySpreadWriting extends SpreadWriting {
  constructor(private readonly data: () => MemoryData) {
    super();
  }

  override async commits(): Promise<number | undefined> {
    const { partitions, progress } = this.data();
    return partitions && progress.commits;
  }

  override async begin(from: number): Promise<void> {
    this.alone(from);
    const data = this.data();
    data.partitions ??= new Map();
    data.progress = { ...data.progress, commits: from + 1 };
  }

  override async end(from: number): Promise<void> {
    this.alone(from);
    const data = this.data();
    data.progress = { ...data.reached, commits: from + 1 };
    data.partitions = undefined;
  }

  override async claim(partitions: readonly number[], owner: string): Promise<readonly ClaimedPartition[]> {
    const { partitions: stored, progress } = this.data();
    if (stored === undefined) return [];
    return partitions.map((partition) => {
      const { claim, offset, position } = stored.get(partition) ?? {
        ...{ claim: 0, offset: 0n, position: progress.checkpoint },
      };
      const claimed = { partition, claim: claim + 1, offset, position };
      stored.set(partition, { ...claimed, owner });
      return claimed;
    });
  }

  override async leave(claims: readonly ClaimedPartition[]): Promise<void> {
    const { partitions: stored } = this.data();
    for (const { partition, claim } of claims) {
      const one = stored?.get(partition);
      if (one?.claim === claim) stored!.set(partition, { ...one, owner: null });
    }
  }

  /** Here no relay stores how far a topic goes. */
  override async partitions(): Promise<readonly PartitionStatus[]> {
    return [...(this.data().partitions?.values() ?? [])]
      .map(({ partition, owner, offset, position }) => ({
        ...{ partition, owner, nextOffset: Number(offset), recordsBehind: null, position },
      }))
      .sort((a, b) => a.partition - b.partition);
  }

  override async register(refs: readonly CustomerRef[]) {
    const data = this.data();
    return refs.map(({ tenant, customer: name }) => {
      if (data.customers.some((one) => one.tenant === tenant && one.name === name)) return undefined;
      const number = data.customers.length + 1;
      data.customers.push({ number, tenant, name, heldAt: null, revision: 0, chunks: new Map() });
      if (!data.tenants.has(tenant))
        data.tenants.set(tenant, {
          name: tenant,
          facts: 0,
          lastAt: null,
          stamp: null,
          policies: [],
          links: [],
        });
      data.progress = { ...data.progress, customers: number };
      return { number, name, heldAt: null, revision: 0 };
    });
  }

  /** Throws what the commit of a change throws that was not made from what is stored. */
  check({ from, spread }: ReadModelChange): void {
    this.alone(from);
    const { partitions, customers } = this.data();
    if ((spread !== undefined) !== (partitions !== undefined)) throw anotherWriter();
    for (const { partition, claim, from: offset } of spread?.partitions ?? []) {
      const stored = partitions!.get(partition);
      if (stored?.claim !== claim || stored.offset !== offset)
        throw new LedgerError('partition-lost', 'another projector has claimed a partition');
    }
    for (const { customer, revision } of spread?.revisions ?? []) {
      if (customers[customer - 1]?.revision !== revision)
        throw new LedgerError('customers-changed', 'another projector has written to the same customers');
    }
  }

  advance(
    { partitions, revisions, counted, alone }: SpreadChange,
    { packedBy }: Pick<Progress, 'packedBy'>,
  ): void {
    const data = this.data();
    for (const { from: _, ...claimed } of partitions) {
      const { owner } = data.partitions!.get(claimed.partition)!;
      data.partitions!.set(claimed.partition, { ...claimed, owner });
    }
    for (const { customer } of revisions) data.customers[customer - 1]!.revision += 1;
    const { commits, counts } = data.progress;
    data.progress = {
      ...data.progress,
      ...{ packedBy, counts: sum(counts, counted), commits: alone ? commits + 1 : commits },
    };
  }

  private alone(from: number): void {
    if (from !== this.data().progress.commits) throw anotherWriter();
  }
}

function anotherWriter(): LedgerError {
  return new LedgerError('another-writer', 'another projector has committed to this read model');
}

function sum(a: EventCounts, b: EventCounts): EventCounts {
  return {
    read: a.read + b.read,
    timeline: a.timeline + b.timeline,
    duplicates: a.duplicates + b.duplicates,
    policies: a.policies + b.policies,
    ignored: a.ignored + b.ignored,
    parked: a.parked + b.parked,
  };
}
