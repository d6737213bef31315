import type { LinkRecord, PolicyRecord, Position } from '#event-sourcing';
import type { Chunk, FactLayouts } from '#journey';
import type { AggregateGroup, AggregateQuery, FoundRow, GroupQuery, ListQuery, RowGroup } from './table.js';

/** A tenant as the read model knows it. */
export interface TenantRecord {
  readonly name: string;
  /** Facts in the timelines of its customers. */
  readonly facts: number;
  /** Business time (ms) of its latest fact; null before the first. */
  readonly lastAt: number | null;
  /** Every policy and model ever recorded, in recording order. */
  readonly policies: readonly PolicyRecord[];
  /** True while rows of derived tables are still being brought to the policies in force (`policyPending`). */
  readonly policyPending: boolean;
}

/** A customer as published. */
export interface CustomerRef {
  readonly tenant: string;
  readonly customer: string;
}

/** One identity: a customer as published. */
export interface CustomerRecord {
  /** Number inside this read model. */
  readonly number: number;
  readonly name: string;
  /** Position of the event that could not be read: nothing beyond it is folded. Null: not held. */
  readonly heldAt: number | null;
  /** How many commits have changed what is stored of the customer; kept where several projectors may write. */
  readonly revision?: number;
}

/** Everything that was ever linked with a customer asked for, whatever was unlinked since. */
export interface PersonRecord {
  /** The customer asked for, and all that links reach from it, in the order of their names. */
  readonly customers: readonly CustomerRecord[];
  /** Every link among them; who belongs together at a position is for `foldLinks` to say. */
  readonly links: readonly LinkRecord[];
}

/** The chunks of one customer as published, in business order (`factsOfChunks` of journey reads them). */
export interface CustomerTimeline {
  readonly customer: CustomerRecord;
  readonly chunks: readonly Chunk[];
}

/** Which customers are met on the way through the read model. */
export interface ScanBounds {
  /** Only those of one tenant. */
  readonly tenant?: string;
  /** Only those with numbers up to this one. */
  readonly upTo?: number;
}

/** A customer met on the way through the read model. */
export interface ScannedTimeline extends CustomerTimeline {
  readonly tenant: string;
  /** Whether it was ever linked with another customer. */
  readonly linked: boolean;
}

/** Customers met on the way through the read model, with whose they are. */
export interface ScannedPage {
  readonly timelines: readonly ScannedTimeline[];
  /** The number of the last customer; null at the end. */
  readonly next: number | null;
}

/** How far the timelines go, and how to read them. */
export interface TimelineState {
  /** Every event up to here is in the timelines. */
  readonly checkpoint: Position;
  /** Every event up to here is in the rows of the derived tables: less than the checkpoint during a bulk catch-up. */
  readonly tablesAt: Position;
  /** The layouts of facts by which chunks are read. */
  readonly layouts: FactLayouts;
}

/** One moment of the read model: everything read from it is of one commit. */
export abstract class ReadSnapshot {
  abstract timelineState(): Promise<TimelineState>;
  /** Undefined for a tenant of which nothing was ever read. */
  abstract tenant(name: string): Promise<TenantRecord | undefined>;
  /**
   * In the order asked; undefined for a customer of whom nothing was ever read. Customers that links join have the same
   * record: the group is read once.
   */
  abstract people(customers: readonly CustomerRef[]): Promise<readonly (PersonRecord | undefined)[]>;
  /** The timelines of these customers, in the order asked; `last`: only the last chunk of each. */
  abstract timelines(
    customers: readonly CustomerRecord[],
    part?: 'all' | 'last',
  ): Promise<readonly CustomerTimeline[]>;
  /**
   * A text for each of these customers that changes whenever its timeline does: cheaper than reading it, for whoever
   * keeps a folded state.
   */
  abstract fingerprints(customers: readonly CustomerRecord[]): Promise<readonly string[]>;
  /**
   * The timelines of customers whose numbers are greater than `after` (0 for the beginning), by number, about `facts`
   * facts of them.
   */
  abstract scan(after: number, facts: number, bounds?: ScanBounds): Promise<ScannedPage>;
  /** Rows of a derived table. Throws `view-rebuilding` where the stored rows are of another version. */
  abstract list(table: string, query: ListQuery): Promise<readonly FoundRow[]>;
  /** Counts and sums over rows of a derived table; groups in the order of their values, null last. */
  abstract aggregate(
    table: string,
    queries: readonly AggregateQuery[],
  ): Promise<readonly (readonly AggregateGroup[])[]>;
  /**
   * Rows counted and summed by time and by values, in the order of buckets, then values (null last). Throws
   * `too-many-groups`.
   */
  abstract group(table: string, query: GroupQuery): Promise<readonly RowGroup[]>;
}

/** The reading side of the read model, beside its one writer. */
export abstract class ReadModelReader {
  /** Runs `work` on one moment. */
  abstract snapshot<T>(work: (moment: ReadSnapshot) => Promise<T>): Promise<T>;
  abstract close(): Promise<void>;
}
