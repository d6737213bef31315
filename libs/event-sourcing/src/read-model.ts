import type { OrderKey } from './business-order.js';
import type { AggregateGroup, AggregateQuery, FoundRow, ListQuery } from './list.js';
import type { Position } from './position.js';

/** An event of a customer as the read model keeps it: the timeline's row, and what every fold reads. */
export interface TimelineRow extends OrderKey {
  /** As published. */
  readonly customer: string;
  /** Name without version. */
  readonly type: string;
  readonly position: Position;
  /** Position of the retraction that took it out, of the earliest if there are several; null when none did. */
  readonly retractedAt: Position | null;
  /** The packed facts (journey packs and unpacks). */
  readonly facts: string;
}

export interface TimelineQuery {
  readonly tenant: string;
  /** One customer, or all identities of one person: their rows come merged in business order. */
  readonly customers: readonly string[];
  /** Exclusive: rows behind this one in the direction of reading. */
  readonly after?: OrderKey;
  /** Business time in ms, inclusive (`asOf`). */
  readonly upTo?: number;
  /** Only what was recorded up to here (`at`): later rows, and later retractions, are not seen. */
  readonly at?: Position;
  /** Default false: rows retracted (as known at `at`) are left out. */
  readonly withRetracted?: boolean;
  readonly direction?: 'forward' | 'backward';
  readonly limit: number;
}

/** Where a customer's stored state of one view stands. */
export interface ViewHead {
  /** Versions of the policies it was folded with. */
  readonly stamp: string;
  /** The last event folded, in business order, of those the view has a handler for. */
  readonly last: OrderKey;
  /** Events folded: those the view has a handler for, retracted ones not counted. */
  readonly count: number;
}

/** A policy or model as recorded in the tenant's stream. */
export interface PolicyRecord {
  readonly eventId: string;
  /** `ScoringPolicyPublished`, `SlaPolicyPublished`, `BusinessHoursPublished`, `ScoringModelFitted`. */
  readonly type: string;
  readonly position: Position;
  readonly recordedAt: string;
  /** Milliseconds; null means always. */
  readonly effectiveFrom: number | null;
  /** The event's data, JSON text. */
  readonly data: string;
}

/** A merge or unmerge as recorded: knowledge about identity. */
export interface LinkRecord extends OrderKey {
  readonly type: 'CustomersMerged' | 'CustomersUnmerged';
  readonly survivor: string;
  readonly merged: string;
  readonly position: Position;
}

/** What the read model says of one projection, for operators. */
export interface ProjectionRecord {
  readonly name: string;
  readonly version: number;
  /** Set while a new generation is being built beside the one that is read. */
  readonly rebuild: RebuildProgress | null;
}

export interface RebuildProgress {
  readonly startedAt: string;
  readonly customersDone: number;
  readonly customersTotal: number;
  readonly eventsDone: number;
  readonly eventsTotal: number;
  readonly eventsPerSecond: number;
  readonly secondsLeft: number | null;
}

/** An event, or a customer's view, that could not be projected. The rest goes on; a retry or a rebuild mends it. */
export interface ParkedRecord {
  readonly tenant: string;
  /** Empty when not even the customer could be read from the event. */
  readonly customer: string;
  /** The view whose handler failed; null when the event itself could not be read: then no view of this customer moves on. */
  readonly view: string | null;
  /** Position of the event that could not be read, or of the last event known when the handler failed. */
  readonly position: Position;
  readonly eventId: string | null;
  readonly reason: string;
  /** RFC 3339. */
  readonly since: string;
}

/** How many events the projector has read up to the checkpoint, and what became of them: the parts sum to `read`. */
export interface EventCounts {
  readonly read: number;
  /** New rows of the timeline. */
  readonly timeline: number;
  /** Events that were in the timeline (or among the policies) already. */
  readonly duplicates: number;
  readonly policies: number;
  /** Events that concern no customer and no policy. */
  readonly ignored: number;
  /** Events that could not be read, and wait. */
  readonly parked: number;
}

/**
 * The reading side of the read model: every method sees committed state only. What asks for a view throws LedgerError
 * `unknown-view`, or `view-rebuilding` while the stored state was made by another version of the projection.
 */
export abstract class ReadModelReader {
  /** The position up to which every view is folded. */
  abstract checkpoint(): Promise<Position>;
  /** What became of the events up to the checkpoint. */
  abstract counts(): Promise<EventCounts>;
  /** What could not be projected, oldest first; of one tenant when given. */
  abstract parked(tenant?: string): Promise<readonly ParkedRecord[]>;
  /** Every tenant with events or policies. */
  abstract tenants(): Promise<readonly string[]>;
  /** A reader that sees one moment, for the length of `work`. */
  abstract snapshot<T>(work: (reader: ReadModelReader) => Promise<T>): Promise<T>;
  abstract timeline(query: TimelineQuery): Promise<readonly TimelineRow[]>;
  /** Undefined when the customer has no state in this view. */
  abstract head(view: string, tenant: string, customer: string): Promise<ViewHead | undefined>;
  /** Cells (canonical JSON text) by key; those absent are left out. All cells when no keys are given. */
  abstract cells(
    view: string,
    tenant: string,
    customer: string,
    keys?: readonly string[],
  ): Promise<ReadonlyMap<string, string>>;
  /** The latest snapshot taken strictly before or at `order`: its head, and its cells on demand. */
  abstract snapshotBefore(
    view: string,
    tenant: string,
    customer: string,
    order: OrderKey,
  ): Promise<{ readonly head: ViewHead; readonly cells: ReadonlyMap<string, string> } | undefined>;
  abstract list(view: string, query: ListQuery): Promise<readonly FoundRow[]>;
  abstract aggregate(view: string, query: AggregateQuery): Promise<readonly AggregateGroup[]>;
  /** In recording order; only those up to `at` when given. */
  abstract policies(tenant: string, at?: Position): Promise<readonly PolicyRecord[]>;
  /** Every link that reaches this customer directly or through others, in business order; up to `at` if given. */
  abstract links(tenant: string, customer: string, at?: Position): Promise<readonly LinkRecord[]>;
  /** Customers with events, in the order of their ids, behind `after`. */
  abstract customers(tenant: string, after: string, limit: number): Promise<readonly string[]>;
  /** The latest business time of the tenant, ms; undefined when it has no events. */
  abstract lastOccurredAt(tenant: string): Promise<number | undefined>;
  /** Number of timeline rows of the tenant (bounds questions that fold afresh). */
  abstract eventCount(tenant: string): Promise<number>;
  /** Whether some of the tenant's stored states were folded with other policies than these (a sweep is under way). */
  abstract policyPending(tenant: string, stamp: string): Promise<boolean>;
  abstract projections(): Promise<readonly ProjectionRecord[]>;
  abstract close(): Promise<void>;
}
