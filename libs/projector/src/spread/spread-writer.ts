import { LedgerError } from '#event-sourcing';
import type { CustomerRecord } from '#views';
import type { EventCounts, Progress, ReadModelChange } from '../read-model.js';
import type { PartitionAdvance, SpreadChange } from './spread-writing.js';

/** What a change says of the partitions whose records it projects; absent: it projects none. */
export type Advances = readonly PartitionAdvance[] | undefined;

type Change = Omit<ReadModelChange, 'from' | 'layout'>;

/** A customer as it was read for the change in progress. */
export interface TouchedCustomer {
  readonly tenant: string;
  readonly record: CustomerRecord;
}

/** Whose timelines, links and rows the change in progress was made from: its commit is refused where they are others now. */
export class SpreadWriter {
  private readonly touched = new Map<number, TouchedCustomer>();
  /** Registered by this process since its last commit: nothing is stored of them. */
  private readonly fresh = new Set<number>();

  touch(tenant: string, customers: readonly CustomerRecord[]): void {
    for (const record of customers) {
      const known = this.touched.get(record.number);
      // Read twice, and changed between: the change is made from both, and refused.
      if (known === undefined || revisionOf(record) < revisionOf(known.record))
        this.touched.set(record.number, { tenant, record });
    }
  }

  hasTouched(customer: number): boolean {
    return this.touched.has(customer);
  }

  registered(number: number): void {
    this.fresh.add(number);
  }

  isFresh(number: number): boolean {
    return this.fresh.has(number);
  }

  /** Everyone that the change in progress has touched. */
  get customers(): readonly TouchedCustomer[] {
    return [...this.touched.values()];
  }

  /** The change in progress has ended. */
  begun(): void {
    this.touched.clear();
    this.fresh.clear();
  }

  /** What the commit of a change has to check. */
  changeOf(change: Change, before: Progress, partitions: readonly PartitionAdvance[]): SpreadChange {
    const revisions = this.customers.map(({ record }) => ({
      customer: record.number,
      revision: revisionOf(record),
    }));
    const counted = difference(change.progress.counts, before.counts);
    return { partitions, revisions, counted, alone: concernsAll(change, before, counted, partitions) };
  }
}

function revisionOf({ revision = 0 }: CustomerRecord): number {
  return revision;
}

/** Whether a commit was refused because other projectors have changed what it was made from: it is made again. */
export function isOverlap(error: unknown): boolean {
  return error instanceof LedgerError && OVERLAPS.has(error.code);
}

/** Whether a commit was refused because another process has claimed a partition. */
export function isPartitionLost(error: unknown): boolean {
  return error instanceof LedgerError && error.code === 'partition-lost';
}

const OVERLAPS: ReadonlySet<string> = new Set([
  'customers-changed',
  'partition-lost',
  'another-writer',
  // Another one has ended a rebuild: the rows beside those that readers see are no more, or are these now.
  'view-rebuilding',
]);

function difference(after: EventCounts, before: EventCounts): EventCounts {
  return {
    read: after.read - before.read,
    timeline: after.timeline - before.timeline,
    duplicates: after.duplicates - before.duplicates,
    policies: after.policies - before.policies,
    ignored: after.ignored - before.ignored,
    parked: after.parked - before.parked,
  };
}

/** Whether a change is of something that every projector knows from its start on. */
function concernsAll(
  change: Change,
  before: Progress,
  counted: EventCounts,
  partitions: readonly PartitionAdvance[],
): boolean {
  const { stamps, policies, parked, unparked, endedJobs, begun, finished, abandoned } = change;
  const lists = [stamps, policies, parked, unparked, endedJobs, begun, finished, abandoned];
  return (
    change.reset === true ||
    lists.some((list) => list !== undefined && list.length > 0) ||
    (change.jobs ?? []).some(({ after }) => after === 0) ||
    change.progress.packedBy !== before.packedBy ||
    (partitions.length === 0 && Object.values(counted).some((count) => count !== 0))
  );
}
