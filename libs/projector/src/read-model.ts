import { type LinkRecord, type ParkedRecord, type PolicyRecord, type Position, START } from '#event-sourcing';
import type { ChunkChange, FactLayout, FactLayouts } from '#journey';
import {
  type CustomerRecord,
  type CustomerRef,
  type DerivedTable,
  ReadModelReader,
  ReadSnapshot,
  type TableRow,
} from '#views';
import type { EventCounts } from './event-counts.js';
import type { SpreadChange, SpreadWriting } from './spread/spread-writing.js';

export type { EventCounts } from './event-counts.js';

/** How far the read model has come. */
export interface Progress {
  /** Grows by one with every commit: a writer that starts from another number is not the only one. */
  readonly commits: number;
  /** Every event up to here is in the timelines. */
  readonly checkpoint: Position;
  /** All rows of the derived tables are up to here at least: behind the checkpoint where timelines are stored first. */
  readonly tablesAt: Position;
  /** Id of the event at the checkpoint, by which a store that was put back is recognised; null before the first. */
  readonly lastEventId: string | null;
  readonly counts: EventCounts;
  /** Customers numbered so far: the next one gets the number after. */
  readonly customers: number;
  /** Stamp of the layout (`FactLayout`) by which all timelines have been packed; null before the first fact. */
  readonly packedBy: number | null;
}

/** Where a read model begins. */
export const NOTHING_READ: Omit<Progress, 'commits'> = {
  checkpoint: START,
  tablesAt: START,
  lastEventId: null,
  counts: { read: 0, timeline: 0, duplicates: 0, policies: 0, ignored: 0, parked: 0 },
  customers: 0,
  packedBy: null,
};

/** Which of a table's two sets of rows: the one that readers see, or the one being built beside it. */
export type Generation = 'current' | 'next';

/** A derived table as it is stored. */
export interface StoredTable {
  readonly name: string;
  /** Of the rows that readers see. */
  readonly version: number;
  /** Of the rows being built beside them; null while none are. */
  readonly next: number | null;
}

/** A row to be written, and what is stored of it: only what differs need be written. */
export interface WrittenRow {
  readonly row: TableRow;
  /** Undefined where there is none, or it is not known. */
  readonly was?: TableRow;
}

/** What becomes of one person's rows in one table. */
export interface RowsChange {
  readonly table: string;
  readonly generation: Generation;
  readonly tenant: string;
  readonly person: CustomerRecord;
  readonly put: readonly WrittenRow[];
  /** Keys of rows that go; `all`: everything stored of the person goes first. */
  readonly gone: readonly string[] | 'all';
}

/** A row that differs from the one in the table that a job replaces; null where there is none. */
export interface RowDifference {
  readonly tenant: string;
  readonly customer: string;
  readonly table: string;
  readonly key: string;
  readonly from: TableRow['columns'] | null;
  readonly to: TableRow['columns'] | null;
}

/** Deriving the rows of many customers: resumable from its cursor. */
export interface JobRecord {
  readonly id: number;
  /**
   * `rebuild`: an operator asked for it, a table has a new version, or much was read in bulk; built beside what readers
   * see. `policies`: a tenant's policies in force have changed. `pack`: facts of some touchpoints have
   * changed, and their events are packed anew from the log.
   */
  readonly kind: 'rebuild' | 'policies' | 'pack';
  readonly tables: readonly string[];
  /** Of one tenant only. */
  readonly tenant: string | null;
  /** RFC 3339. */
  readonly startedAt: string;
  /** Customers up to this number are done; of `pack`: events up to this position. */
  readonly after: number;
  readonly customersDone: number;
  readonly customersTotal: number;
  readonly factsDone: number;
  readonly factsTotal: number;
  /** Rows that differ from those that readers saw before, and the first of them. */
  readonly differing: number;
  readonly examples: readonly RowDifference[];
  /** Of `pack`: the stamp of the layout by which it packs. */
  readonly layout?: number;
}

/** How a job ended; `superseded`: by a newer job, or because so much is read in bulk that rows are derived later. */
export type JobOutcome = 'completed' | 'cancelled' | 'superseded';

/** A job that has ended, with the progress that it had made. */
export interface EndedJob extends JobRecord {
  /** RFC 3339. */
  readonly endedAt: string;
  readonly outcome: JobOutcome;
}

/** Customers by their numbers: behind `after`, up to `upTo`. */
export interface CustomerRange {
  readonly after: number;
  readonly upTo: number;
}

/** Customers held from a position on. */
export interface Held {
  readonly tenant: string;
  readonly customer: string;
  readonly number: number;
  readonly heldAt: number;
}

/** The result of deriving persons, to be committed together. */
export interface Derived {
  readonly rows: readonly RowsChange[];
  readonly parked: readonly ParkedRecord[];
  /** Of tables that could not be derived before. */
  readonly unparked: readonly ParkedRecord[];
  readonly held: readonly Held[];
}

/** The result of deriving the persons of a range for a rebuild: rows of the next generation. */
export interface DerivedRange extends Derived {
  readonly customers: number;
  readonly facts: number;
  /** Rows as the engine packed them, which are not in `rows` then. */
  readonly packedRows?: unknown;
  readonly differences: Differences;
  /** Numbers of the members of persons with several identities, by number of the survivor. */
  readonly members: ReadonlyMap<number, readonly number[]>;
}

/** Where the rows of a rebuild go as they are derived. */
export interface DerivedRows {
  /** All rows of one person in one table; persons come in the order of their numbers. */
  add(change: RowsChange): void;
  /** Those that are to be written as they are; the others are in `packedRows`, or were taken elsewhere. */
  readonly rows: readonly RowsChange[];
  readonly packedRows?: unknown;
  /** How all of them differ from those that readers see; `persons`: the survivors' numbers, ascending. */
  differences(persons: readonly number[]): Promise<Differences>;
}

/** Rows that become others for readers. */
export interface Differences {
  /** How many, by number of the person; only of those who have some. */
  readonly counts: ReadonlyMap<number, number>;
  /** The first of them. */
  readonly examples: readonly (RowDifference & { readonly person: number })[];
}

/** Derives ranges of customers from what is stored, in threads of the engine's own. */
export abstract class RangeDeriver {
  /** Ranges that are derived at one time. */
  abstract readonly threads: number;
  /** Derives by the clock `now` (ms), from a moment not before the call. Rejects where a thread ends meanwhile. */
  abstract derive(range: CustomerRange, now: number): Promise<DerivedRange>;
  /** The job has ended: the threads end, too, unless another one follows soon. */
  abstract rest(): void;
  /** Ends the threads. */
  abstract close(): Promise<void>;
}

/** What one commit changes: all of it or nothing. */
export interface ReadModelChange {
  /** `commits` of the progress that the change was made from. */
  readonly from: number;
  /** Everything stored is deleted first, to be projected again from the first event. */
  readonly reset?: true;
  readonly progress: Omit<Progress, 'commits'>;
  /** Of one of several projectors: what it wrote beside the others. Then only `packedBy` of the progress is stored. */
  readonly spread?: SpreadChange;
  /** Customers met for the first time, with their numbers. */
  readonly customers?: readonly { readonly number: number; readonly tenant: string; readonly name: string }[];
  /** Customers beyond an event of which nothing is folded, or no more. */
  readonly held?: readonly { readonly customer: number; readonly heldAt: number | null }[];
  readonly chunks?: readonly { readonly customer: number; readonly change: ChunkChange }[];
  /** By which the chunks of this change can be read, where it is new. */
  readonly layout?: FactLayout;
  /** New facts of a tenant, and the time (ms) of its latest. */
  readonly tenants?: readonly { readonly name: string; readonly facts: number; readonly lastAt: number }[];
  /** The stamp of the policies by which the rows of a tenant are derived from now on. */
  readonly stamps?: readonly { readonly tenant: string; readonly stamp: string }[];
  readonly links?: readonly (LinkRecord & { readonly tenant: string })[];
  readonly policies?: readonly (PolicyRecord & { readonly tenant: string })[];
  readonly parked?: readonly ParkedRecord[];
  readonly unparked?: readonly ParkedRecord[];
  readonly rows?: readonly RowsChange[];
  /** Rows of the next generation as the read model's own `rangeDeriver` or `packing` packed them, written before `rows`. */
  readonly packedRows?: unknown;
  readonly jobs?: readonly JobRecord[];
  /** Jobs that end: they are kept as they end, until they are forgotten. */
  readonly endedJobs?: readonly EndedJob[];
  readonly forgottenJobs?: readonly number[];
  /** Tables that get an empty next generation, before rows are written; one that was being built is dropped. */
  readonly begun?: readonly { readonly name: string; readonly version: number }[];
  /** Names of tables whose next generation takes the place of the current one, after rows are written. */
  readonly finished?: readonly string[];
  /** Names of tables whose next generation is dropped. */
  readonly abandoned?: readonly string[];
}

/** A row that readers see, with where it is stored. */
export interface StoredRow extends TableRow {
  readonly table: string;
  readonly person: number;
}

/** A tenant, with the stamp by which its rows are derived; null before the first. */
export interface TenantStamp {
  readonly name: string;
  readonly stamp: string | null;
}

/** What the writer has to know before its first change; afterwards it knows it from its own commits. */
export interface WriterState {
  readonly progress: Progress;
  /** Whether several projectors write, each the partitions that it has claimed. Absent: no. */
  readonly spread?: boolean;
  readonly layouts: FactLayouts;
  readonly tables: readonly StoredTable[];
  readonly tenants: readonly TenantStamp[];
  /** Under way; by their ids, ascending. */
  readonly jobs: readonly JobRecord[];
  /** The last one to end at the end. */
  readonly endedJobs: readonly EndedJob[];
  /** By position. */
  readonly parked: readonly ParkedRecord[];
}

/** What is stored, as its writer reads it. */
export abstract class StoredState extends ReadSnapshot {
  abstract writerState(): Promise<WriterState>;
  /** The rows that readers see of persons (by number) in these tables, in no particular order. */
  abstract rows(tables: readonly string[], persons: readonly number[]): Promise<readonly StoredRow[]>;
  /**
   * Packs the rows of persons of whom the next generation has none yet; `kept`: tables to compare with. Absent: a commit is
   * given them as objects.
   */
  packing?(kept: readonly DerivedTable[]): DerivedRows;
  /**
   * Persons with a row in one of the tables whose `due` is not after `asOf` (ms): at most `limit` rows of each table, the
   * earliest first; a person may occur several times.
   */
  abstract overdue(tables: readonly string[], asOf: number, limit: number): Promise<readonly CustomerRef[]>;
}

/**
 * The read model with its writing side, for one projector, or for several that divide the partitions of a topic. A change is made from what was read, with no transaction
 * open, and committed in one; the commit is refused where somebody else has committed since.
 */
export abstract class ReadModel extends ReadModelReader {
  /** What this process, the only writer, has committed. */
  abstract readonly stored: StoredState;
  /** Absent: rebuilds are derived in the projecting thread. */
  readonly rangeDeriver?: RangeDeriver;
  /** Absent where one process at a time can write. */
  readonly spreading?: SpreadWriting;
  /**
   * Whether commits are carried out elsewhere, so that the projector can go on with the next page meanwhile. Then what is
   * read of `stored` after a commit has begun is as that commit leaves it.
   */
  readonly commitsElsewhere: boolean = false;
  /**
   * Throws LedgerError `another-writer` where the change was not made from what is stored; of one of several projectors also
   * `partition-lost` and `customers-changed`. Then nothing is changed.
   */
  abstract commit(change: ReadModelChange): Promise<void>;

  override snapshot<T>(work: (moment: ReadSnapshot) => Promise<T>): Promise<T> {
    return work(this.stored);
  }
}
