import type { LinkRecord, PolicyRecord, Position } from '#event-sourcing';
import type { Chunk, FactLayouts } from '#journey';
import type { AggregateGroup, AggregateQuery, FoundRow, ListQuery } from './table.js';

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

/** One identity: a customer as published. */
export interface CustomerRecord {
  /** Number inside this read model. */
  readonly number: number;
  readonly name: string;
  /** Position of the event that could not be read: nothing beyond it is folded. Null: not held. */
  readonly heldAt: number | null;
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

/** Customers met on the way through a tenant. */
export interface ScannedPage {
  readonly timelines: readonly CustomerTimeline[];
  /** The number of the last customer; null at the end. */
  readonly next: number | null;
}

/** The reading side of the read model: every method sees committed state only. */
export abstract class ReadModelReader {
  /** Runs `work` on one moment: all that it reads is of one commit. */
  abstract snapshot<T>(work: (reader: ReadModelReader) => Promise<T>): Promise<T>;
  /** Every event up to here is in the timelines, and in the rows of the tables. */
  abstract checkpoint(): Promise<Position>;
  /** The layouts of facts by which chunks are read. */
  abstract layouts(): Promise<FactLayouts>;
  /** Undefined for a tenant of which nothing was ever read. */
  abstract tenant(name: string): Promise<TenantRecord | undefined>;
  /** In the order asked; undefined for a customer of whom nothing was ever read. */
  abstract people(
    tenant: string,
    customers: readonly string[],
  ): Promise<readonly (PersonRecord | undefined)[]>;
  /** The timelines of these customers, in the order asked. */
  abstract timelines(customers: readonly CustomerRecord[]): Promise<readonly CustomerTimeline[]>;
  /**
   * A text for each of these customers that changes whenever its timeline does: cheaper than reading it, for whoever
   * keeps a folded state.
   */
  abstract fingerprints(customers: readonly CustomerRecord[]): Promise<readonly string[]>;
  /** The timelines of a tenant's customers behind `after` (0 for the beginning), about `facts` facts of them. */
  abstract scan(tenant: string, after: number, facts: number): Promise<ScannedPage>;
  /** Rows of a derived table. */
  abstract list(table: string, query: ListQuery): Promise<readonly FoundRow[]>;
  /** Counts and sums over rows of a derived table; groups in the order of their values, null last. */
  abstract aggregate(
    table: string,
    queries: readonly AggregateQuery[],
  ): Promise<readonly (readonly AggregateGroup[])[]>;
}
