import type { OrderKey } from './business-order.js';
import type { ListDefinition, ListRow } from './list.js';
import type { Position } from './position.js';
import type {
  EventCounts,
  LinkRecord,
  ParkedRecord,
  PolicyRecord,
  ReadModelReader,
  TimelineRow,
  ViewHead,
} from './read-model.js';

/** What a view tells the read model to keep. */
export interface ViewDefinition {
  readonly name: string;
  readonly version: number;
  readonly list?: ListDefinition;
}

/** A customer of a tenant. */
export interface CustomerRef {
  readonly tenant: string;
  readonly customer: string;
}

export interface NewTimelineRow extends TimelineRow {
  readonly tenant: string;
}

/** A wish to take an event out: kept until its target arrives, and for ever after. */
export interface RetractionRecord extends CustomerRef {
  /** Event id of the target. */
  readonly target: string;
  readonly position: Position;
}

/** Which of a view's two states: the one that readers see, or the one being built beside it. */
export type Generation = 'current' | 'next';

/** One customer's state in one generation of one view. */
export interface StateKey extends CustomerRef {
  readonly view: string;
  readonly generation: Generation;
}

export interface StateRequest extends StateKey {
  /** Cells to load; none but the head when empty. */
  readonly keys: readonly string[] | 'all';
}

/** A state as loaded; cells that are absent are left out. */
export interface LoadedState {
  readonly head: ViewHead | undefined;
  readonly cells: ReadonlyMap<string, string>;
}

/** The state as it stood after an event; `changed` are the cells that differ from the snapshot before. */
export interface SnapshotRecord {
  readonly head: ViewHead;
  readonly changed: ReadonlyMap<string, string | null>;
}

/** What one customer's state in one view becomes. */
export interface StateChange extends StateKey {
  /** Null: the customer has no state in this view any more. */
  readonly head: ViewHead | null;
  /** True: everything stored of this state goes first. False: what is named is changed. */
  readonly replace: boolean;
  /** Canonical JSON by key; null deletes. */
  readonly cells: ReadonlyMap<string, string | null>;
  /** The list's rows by cell key: they replace those of that cell. */
  readonly rows: ReadonlyMap<string, readonly ListRow[]>;
  /** Snapshots whose last event is not before this one go first. */
  readonly dropSnapshotsFrom?: OrderKey;
  readonly snapshots: readonly SnapshotRecord[];
}

/** What a regrouping moved: the events of `customer` went from one survivor to another. */
export interface Regrouped {
  readonly customer: string;
  readonly from: string;
  readonly to: string;
  /** The earliest event that moved; undefined when the customer had none. */
  readonly first: OrderKey | undefined;
}

/** Customers met on the way through the timeline, each with its rows in business order, retracted ones left out. */
export interface ScannedCustomer extends CustomerRef {
  readonly rows: readonly TimelineRow[];
  /** False: there are more rows than these, to be read by `rowsOf`. */
  readonly complete: boolean;
}

/** How far the building of new generations has come. */
export interface BuildRecord {
  readonly views: readonly string[];
  readonly startedAt: string;
  /** Opaque place in the timeline: customers before it are built, and kept up to date. */
  readonly cursor: number;
  readonly customersDone: number;
  readonly eventsDone: number;
  readonly customersTotal: number;
  readonly eventsTotal: number;
}

/** States of a tenant are being folded again since its policies changed; customers up to `after` are done. */
export interface SweepRecord {
  readonly tenant: string;
  readonly stamp: string;
  readonly after: string;
}

/** Where reading and folding stand. `recorded` runs ahead of the checkpoint only while views are held. */
export interface Progress {
  readonly checkpoint: Position;
  /** Every event up to here is in the timeline. */
  readonly recorded: Position;
  /** Id of the event at `recorded`, by which a store that was put back is recognised; null before the first. */
  readonly lastEventId: string | null;
  /** Of the schemas that the facts in the timeline were packed by; null before the first. */
  readonly factsStamp: string | null;
  /** When drifting columns were last brought up to date, ms; 0 for never. */
  readonly tickedAt: number;
  readonly counts: EventCounts;
}

/**
 * One transaction of the read model's writer: it sees its own writes, others see them when it is committed. A
 * customer's events are grouped under the *survivor* it is merged into (itself when it is not).
 */
export abstract class ReadModelTransaction {
  abstract progress(): Promise<Progress>;
  abstract setProgress(progress: Progress): Promise<void>;

  /** The survivor of each customer, in order. */
  abstract survivors(customers: readonly CustomerRef[]): Promise<readonly string[]>;
  /** Inserts rows; false where the event was there already (nothing changes then). */
  abstract insertTimeline(rows: readonly NewTimelineRow[]): Promise<readonly boolean[]>;
  /** The survivor's rows behind `after`, in business order, retracted ones left out. */
  abstract rowsOf(
    survivor: CustomerRef,
    after: OrderKey | undefined,
    limit: number,
  ): Promise<readonly TimelineRow[]>;
  /** The row of one event among those grouped under the survivor. */
  abstract findEvent(survivor: CustomerRef, eventId: string): Promise<TimelineRow | undefined>;
  abstract setRetracted(survivor: CustomerRef, event: OrderKey, at: Position | null): Promise<void>;

  abstract addRetractions(records: readonly RetractionRecord[]): Promise<void>;
  /** Retractions of these events, whoever published them. */
  abstract retractionsOf(tenant: string, targets: readonly string[]): Promise<readonly RetractionRecord[]>;
  /** Retractions published by these customers. */
  abstract retractionsBy(tenant: string, customers: readonly string[]): Promise<readonly RetractionRecord[]>;

  abstract addLinks(records: readonly (LinkRecord & { readonly tenant: string })[]): Promise<void>;
  /** Every link that reaches the customer directly or through others. */
  abstract links(tenant: string, customer: string): Promise<readonly LinkRecord[]>;
  /** Puts each customer's events under its survivor; answers what moved. */
  abstract regroup(tenant: string, survivorOf: ReadonlyMap<string, string>): Promise<readonly Regrouped[]>;

  /** Inserts policies; false where it was there already. */
  abstract addPolicies(
    records: readonly (PolicyRecord & { readonly tenant: string })[],
  ): Promise<readonly boolean[]>;
  abstract policies(tenant: string): Promise<readonly PolicyRecord[]>;

  /** States in the order asked; undefined where the generation being built has not come to the customer yet. */
  abstract load(requests: readonly StateRequest[]): Promise<readonly (LoadedState | undefined)[]>;
  /** The latest snapshot strictly before `order`, with these cells as they were then. */
  abstract snapshotBefore(state: StateKey, order: OrderKey): Promise<ViewHead | undefined>;
  /** These cells as they stood at a snapshot. */
  abstract snapshotCells(
    state: StateKey,
    snapshot: ViewHead,
    keys: readonly string[],
  ): Promise<ReadonlyMap<string, string>>;
  abstract save(changes: readonly StateChange[]): Promise<void>;

  abstract park(records: readonly ParkedRecord[]): Promise<void>;
  /** Takes out of the list what was parked for the customer; answers what it was. */
  abstract unpark(customer: CustomerRef): Promise<readonly ParkedRecord[]>;
  /** The same for everything parked for the view; answers whose it was. */
  abstract unparkView(view: string): Promise<readonly CustomerRef[]>;
  /** Which of these customers are parked, and for which views (null: all). */
  abstract parkedAmong(
    customers: readonly CustomerRef[],
  ): Promise<readonly (CustomerRef & { view: string | null })[]>;

  /** Views whose current generation is not kept up: held, or made by another version. */
  abstract heldViews(): Promise<readonly string[]>;
  /** From now on these views' current generations stay as they are, until a build replaces them. */
  abstract hold(views: readonly string[]): Promise<void>;
  /** Opens an empty next generation of each view; one that was being built is dropped. */
  abstract beginBuild(views: readonly string[], startedAt: string): Promise<void>;
  abstract build(): Promise<BuildRecord | undefined>;
  /** The customers behind the build's cursor, about `events` rows of them; empty at the end. */
  abstract scan(
    events: number,
  ): Promise<{ readonly customers: readonly ScannedCustomer[]; readonly cursor: number }>;
  abstract advanceBuild(cursor: number, customers: number, events: number): Promise<void>;
  /** Puts every generation built in the place of the current one; the old ones are dropped later. */
  abstract finishBuild(): Promise<void>;

  abstract sweeps(): Promise<readonly SweepRecord[]>;
  abstract setSweep(sweep: SweepRecord): Promise<void>;
  /** The sweep is done: the tenant's states are all of this stamp. */
  abstract endSweep(tenant: string, stamp: string): Promise<void>;
  /** The stamp all states of the tenant were last made to have; undefined before the first. */
  abstract stampOf(tenant: string): Promise<string | undefined>;
  /** Every tenant with events or policies. */
  abstract tenants(): Promise<readonly string[]>;
  /** Survivors of the tenant, in the order of their ids, behind `after`. */
  abstract customers(tenant: string, after: string, limit: number): Promise<readonly string[]>;
}

/** The read model with its writing side. One writer at a time; the adapter refuses a second. */
export abstract class ReadModel {
  abstract readonly views: readonly ViewDefinition[];
  /** Sees what is committed; closed with the model. */
  abstract readonly reader: ReadModelReader;
  /** Runs `work` in a transaction: committed when it resolves, rolled back when it throws. Never two at once. */
  abstract transaction<T>(work: (transaction: ReadModelTransaction) => Promise<T>): Promise<T>;
  /** Deletes everything, in one transaction: to be projected again from the first event. */
  abstract reset(): Promise<void>;
  /** Frees what replaced generations left behind, a little at a time; true when nothing is left. */
  abstract tidy(): Promise<boolean>;
  abstract close(): Promise<void>;
}

/** Milliseconds between two ticks that bring drifting columns up to date. */
export const TICK_MILLIS = 3_600_000;
