import type { Position } from '#event-sourcing';

/** An event to be appended. Its bytes are opaque to the store; the other fields are indexed. */
export interface NewEvent {
  readonly stream: string;
  /** UUID text; a second append of the same id records nothing. */
  readonly eventId: string;
  /** `cx.<Name>.v<version>`, for type filters. */
  readonly type: string;
  /** Canonical JSON of the recorded event, UTF-8. */
  readonly bytes: Uint8Array;
  /** 16 bytes; an id sent again is a repeat if the hash is the same, and a reuse otherwise. */
  readonly contentHash: Uint8Array;
  /** Milliseconds: the event's `recordedAt`, never less than that of any event before it. */
  readonly recordedAt: number;
}

/** The revision of a stream's last event that the writer expects, or that the stream has no events. */
export type ExpectedRevision = number | 'no-stream';

export interface AppendRequest {
  readonly events: readonly NewEvent[];
  /**
   * Expected revisions by stream; streams not named are not checked. Where the store is not atomic across streams they
   * are all looked at first, then each stream is appended to by itself.
   */
  readonly expected?: ReadonlyMap<string, ExpectedRevision>;
  /** All or none: one reused id refuses the whole request. Default false. */
  readonly atomic?: boolean;
}

/**
 * The outcome of one event. `recorded`: durable now, at this position. `duplicate`: the same id with the same
 * content was recorded before, at `position`. `reused`: the id has other content; nothing recorded. `damaged`: the id was
 * recorded at `position`, which cannot be read, so it is unknown which of the two applies; nothing recorded.
 * `abandoned`: nothing recorded because another event of the same atomic request was refused.
 */
export type AppendOutcome =
  | { readonly status: 'recorded'; readonly position: Position; readonly revision: number }
  | { readonly status: 'duplicate'; readonly position: Position; readonly revision: number }
  | { readonly status: 'reused'; readonly position: Position }
  | { readonly status: 'damaged'; readonly position: Position }
  | { readonly status: 'abandoned' };

/** An event as stored. */
export interface StoredEvent {
  readonly position: Position;
  /**
   * Dense number in the whole log, from 0. EventStoreDB does not number events: there it is absent from what readers get, and
   * for a moment after an event is recorded, until the index has it.
   */
  readonly entry?: number;
  /** Number in its stream, from 0. */
  readonly revision: number;
  readonly bytes: Uint8Array;
}

export interface ReadAllOptions {
  /** Exclusive; `START` for the beginning. */
  readonly after: Position;
  /** Maximum number of events, 1 to 10,000. */
  readonly limit: number;
  /** Only events of these types. */
  readonly types?: readonly string[];
}

export interface ReadPage {
  readonly events: readonly StoredEvent[];
  /** The last position scanned: the next page's `after`, also when no event matched. */
  readonly scannedTo: Position;
  /** Whether the log ended with this page when it was read. */
  readonly atEnd: boolean;
}

/** The reading side of an event store, for projectors. */
export abstract class EventReader {
  /** A page of the whole store in position order. */
  abstract readAll(options: ReadAllOptions): Promise<ReadPage>;
  /** The last position, `START` when empty. */
  abstract head(): Promise<Position>;
  /** The event at a position; undefined when there is none. */
  abstract readAt(position: Position): Promise<StoredEvent | undefined>;
  /** Events of one stream in revision order, from `from` (inclusive) on. Empty when there is no such stream. */
  abstract readStream(stream: string, from: number, limit: number): Promise<readonly StoredEvent[]>;
  /** How many events are behind one position up to another, inclusive: exact where positions are dense, else at least. */
  abstract distance(from: Position, to: Position): Promise<number>;
  /** The last position before the first event recorded later than `recordedAt` (ms): what was known at that time. */
  abstract positionAt(recordedAt: number): Promise<Position>;
  abstract close(): Promise<void>;
}

/**
 * An append-only store of events in streams. Append answers when the events are durable. Throws RevisionConflict,
 * Overloaded (queue full: nothing taken) and StoreFault.
 */
export abstract class EventStore extends EventReader {
  /** Identifies this store across restarts; a copy has another. */
  abstract readonly storeId: string;
  /** Another one begins when lost events were given up: a position then means another event than before. */
  abstract readonly epoch: string;
  /** Whether events of one request stand in the log in the order given; else only those of one stream do. */
  readonly keepsRequestOrder: boolean = true;
  /** Whether a request may be atomic over several streams; else such a request throws `atomic-not-supported`. */
  readonly atomicAcrossStreams: boolean = true;
  /** The latest `recordedAt` in the store, ms; 0 when it is empty. Nothing new is recorded with an earlier one. */
  abstract lastRecordedAt(): Promise<number>;
  /** Throws StoreFault when nothing could be recorded now: no room, or a disk that does not write. */
  abstract checkWritable(): Promise<void>;
  abstract append(request: AppendRequest): Promise<readonly AppendOutcome[]>;
  /** Revision of the stream's last event. */
  abstract streamHead(stream: string): Promise<ExpectedRevision>;
  /** Those of these streams that have events. */
  abstract withEvents(streams: readonly string[]): Promise<ReadonlySet<string>>;
  /** The position of an event id; undefined when it was never recorded. */
  abstract find(eventId: string): Promise<Position | undefined>;
  /** Calls `listener` with the new head after each commit. Returns a function that unsubscribes. */
  abstract onAppended(listener: (head: Position) => void): () => void;
}
