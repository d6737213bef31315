import type { Position, ReadModelReader } from '#event-sourcing';

/** What questions are put to: the read model, and what they cannot know by themselves. */
export interface Asker {
  readonly reader: ReadModelReader;
  /** Milliseconds since 1970: the default of `asOf`. */
  now(): number;
  /** The last position before the first event recorded later than `recordedAt` (ms): see `EventReader`. */
  positionAt(recordedAt: number): Promise<Position>;
  /** `CX_HISTORICAL_EVENTS`: a list of the past folds every event of the tenant afresh, at most so many. */
  readonly historicalEvents: number;
}

/** When is asked about, as it comes from outside. */
export interface Moment {
  /** Business time, RFC 3339, inclusive. Default: now, or the last event's time where that is later. */
  readonly asOf?: string;
  /** Only what was recorded up to there: a position (digits) or a time (RFC 3339). Default: everything. */
  readonly at?: string;
}

/** A question about one customer. */
export interface CustomerMoment extends Moment {
  readonly tenant: string;
  readonly customer: string;
}

/** Which part of a long answer. */
export interface Page<Place> {
  /** 1–1000, default 50. */
  readonly limit?: number;
  /** `next` of the page before; it carries the moment, so that all pages speak of one. Never whose answer it is. */
  readonly place?: Place;
}

/** What surrounds every answer: whose, as of when, and up to which position it knows. */
export interface AnswerFrame {
  /** Business time, RFC 3339 UTC. */
  readonly asOf: string;
  /** Decimal text. */
  readonly position: string;
  /** True while stored states are still being brought to the policies in force. */
  readonly policyPending?: true;
}

/** The same for one customer. */
export interface CustomerFrame extends AnswerFrame {
  /** The survivor, whose view this is. */
  readonly customer: string;
  /** Present when another id was asked for that has been merged into `customer`. */
  readonly mergedInto?: string;
}

/** One page of a list. */
export interface PageOf<Item, Place = never> {
  readonly items: readonly Item[];
  /** Where the next page begins; null at the end. */
  readonly next: Place | null;
}
