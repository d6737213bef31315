import type { Position } from '#event-sourcing';

/** An event as an index keeps it: what finds it again, and nothing of its content. */
export interface IndexedEvent {
  readonly eventId: string;
  /** 16 bytes, as in `NewEvent`. */
  readonly contentHash: Uint8Array;
  readonly stream: string;
  readonly revision: number;
  readonly position: Position;
  /** Milliseconds. */
  readonly recordedAt: number;
}

/** Where an id was recorded first, and with which content. */
export type KnownEvent = Pick<IndexedEvent, 'contentHash' | 'revision' | 'position'>;

/** An event and its place in the log. */
export type PlacedEvent = Pick<IndexedEvent, 'eventId' | 'position'>;

export interface IndexQuestion {
  readonly eventIds: readonly string[];
  readonly streams: readonly string[];
}

/** Answers in the order of the question; undefined where the index knows nothing. */
export interface IndexAnswer {
  readonly events: readonly (KnownEvent | undefined)[];
  /** The last revision of each stream that is in the index. */
  readonly heads: readonly (number | undefined)[];
}

/** What readers ask an index: questions of number and time that an event store without dense positions cannot answer. */
export abstract class EventIndexReader {
  /** Position of the last event; START when the index is empty. */
  abstract head(): Promise<Position>;
  /** How many indexed events are behind `from` up to `to`, inclusive. */
  abstract distance(from: Position, to: Position): Promise<number>;
  /** The last position before the first event recorded later than `recordedAt` (ms). */
  abstract positionAt(recordedAt: number): Promise<Position>;
  abstract close(): Promise<void>;
}

/**
 * Ids, streams, numbers and times of the events of a store that cannot look them up itself. Derived from the store: it is
 * filled in log order, may lag behind, and can be deleted and filled again. One process writes it. Throws StoreFault.
 */
export abstract class EventIndex extends EventIndexReader {
  /** Goes on with the index of this store and returns its checkpoint; an index of another store is emptied. */
  abstract begin(storeId: string): Promise<Position>;
  /** Adds events in log order together with the checkpoint; events that are there already change nothing. */
  abstract add(events: readonly IndexedEvent[], checkpoint: Position): Promise<void>;
  abstract lookUp(question: IndexQuestion): Promise<IndexAnswer>;
  /** The numbers of the events at these positions in the whole log, from 0; undefined for what is not in the index. */
  abstract entriesAt(positions: readonly Position[]): Promise<readonly (number | undefined)[]>;
  /** The last event of the log; undefined when the index is empty. */
  abstract last(): Promise<PlacedEvent | undefined>;
  /** The latest `recordedAt`, ms; 0 when the index is empty. */
  abstract lastRecordedAt(): Promise<number>;
}
