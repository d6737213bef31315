import type { Position } from '#event-sourcing';
import type { ReadModelReader } from '../read-model-reader.js';
import { count, marker, optional, position, text, time } from '../schema.js';
import type { KeptStates } from './kept-states.js';
import type { PolicyBooks } from './policy-books.js';

/** What queries are put to: the read model, and what they cannot know by themselves. */
export interface QueryContext {
  readonly reader: ReadModelReader;
  /** Milliseconds since 1970: the default of `asOf` comes from it. */
  now(): number;
  /** The last position before the first event recorded later than `recordedAt` (ms): see `EventReader`. */
  positionAt(recordedAt: number): Promise<Position>;
  /** When the event at a position was recorded, ms; undefined where there is none. */
  recordedAt(position: Position): Promise<number | undefined>;
  /** `CX_HISTORICAL_EVENTS`: a list at another moment folds every event of the tenant afresh, at most this many. */
  readonly historicalEvents: number;
  /** Lets other queries run; throws where this one was cancelled. Called for each person folded, and every few thousand facts. */
  yieldTurn(): Promise<void>;
  /** Folded states kept from one query to the next. */
  readonly states: KeptStates;
  readonly books: PolicyBooks;
}

/** Which moment is asked about, as it comes from outside. */
export interface PointInTime {
  /** Business time, RFC 3339, inclusive. Default: the present (`presentTime`). */
  readonly asOf?: string;
  /** Only what was recorded up to there: a position (digits) or a time (RFC 3339). Default: everything. */
  readonly at?: string;
}

/** A query about one customer. */
export interface CustomerQuery extends PointInTime {
  readonly tenant: string;
  readonly customer: string;
}

/** A query about all customers of a tenant. */
export interface TenantQuery extends PointInTime {
  readonly tenant: string;
}

/** What surrounds every answer: as of when, and up to which position it knows. */
export const answerFrame = {
  asOf: time('the business time that was asked about, inclusive'),
  position: position(
    'everything recorded up to here is in the answer; of lists and measures, some of what follows may be too',
  ),
} as const;

/** What surrounds an answer that rests on derived tables. */
export const tableFrame = {
  ...answerFrame,
  policyPending: marker('present while rows are still being brought to the policies in force'),
  rowsOverdue: optional(
    count('rows that time has changed and that are not derived again yet: their order may be off'),
  ),
} as const;

/** What surrounds the answer about one customer. */
export const customerFrame = {
  customer: text('the survivor, whose views these are'),
  mergedInto: optional(text('present where another id was asked for, which has been merged into this one')),
  ...answerFrame,
} as const;
