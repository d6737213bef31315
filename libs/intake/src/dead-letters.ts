import type { InputFault } from '#event-sourcing';

/** Why an input could not be recorded. */
export interface DeadReason {
  readonly code: string;
  readonly detail: string;
  readonly faults?: readonly InputFault[];
}

/** Input that was consumed and could not be recorded; kept until it is retried or deleted. */
export interface DeadLetter {
  /** UUID, given when it was stored. */
  readonly id: string;
  /** Ascending in the order in which letters were stored; the cursor of lists. */
  readonly number: number;
  /** '' when it names no tenant that exists: then only an operator sees it. */
  readonly tenant: string;
  /** Milliseconds. */
  readonly arrivedAt: number;
  /** Where it came from: `kafka cx.touchpoints/3@17`. One letter an origin. */
  readonly origin: string;
  readonly reason: DeadReason;
  /** The refused input, sealed. */
  readonly sealed: string;
  /** The customer whose key sealed it; null: the tenant's own key. */
  readonly customer: string | null;
  /** When it is retried automatically, ms (for an event whose time was in the future); null: by a person only. */
  readonly retryAt: number | null;
  /** How often it was retried. */
  readonly attempts: number;
  /** When it was last retried, milliseconds, and by whom: a subject, or `dead-letters` for an automatic retry. */
  readonly retriedAt: number | null;
  readonly retriedBy: string | null;
  /** `waiting`, or `recorded` after a successful retry; the letter stays until it is deleted. */
  readonly state: 'waiting' | 'recorded';
  /** Position of the event that the retry recorded (decimal text). */
  readonly position: string | null;
}

/** A letter before its first retry. */
export type NewDeadLetter = Omit<
  DeadLetter,
  'number' | 'attempts' | 'retriedAt' | 'retriedBy' | 'state' | 'position'
>;

/** The outcome of one retry. */
export interface RetryOutcome {
  readonly id: string;
  /** When it was, milliseconds, and by whom. */
  readonly at: number;
  readonly by: string;
  /** Position of the event that was recorded; absent where it was refused again. */
  readonly position?: string;
  /** Why it was refused again. */
  readonly reason?: DeadReason;
  readonly retryAt?: number | null;
}

/** The store of dead letters. What it has acknowledged is durable. */
export abstract class DeadLetterStore {
  /** Stores letters; one whose (tenant, origin) is stored already is left as it is. */
  abstract add(letters: readonly NewDeadLetter[]): Promise<void>;
  /** Oldest first, after the number `after` (its letter may be deleted), at most `limit`. */
  abstract list(query: {
    readonly tenant: string;
    readonly state?: DeadLetter['state'];
    readonly code?: string;
    readonly after?: number;
    readonly limit: number;
  }): Promise<readonly DeadLetter[]>;
  abstract get(tenant: string, id: string): Promise<DeadLetter | undefined>;
  /** Waiting letters of every tenant whose `retryAt` has come. */
  abstract due(now: number, limit: number): Promise<readonly DeadLetter[]>;
  /** Stores the outcomes of retries. A letter that was recorded before keeps its first outcome. */
  abstract retried(outcomes: readonly RetryOutcome[]): Promise<void>;
  /** True when there was such a letter. */
  abstract delete(tenant: string, id: string): Promise<boolean>;
  /**
   * Deletes letters, and overwrites the bytes of all that was deleted wherever the store still has them. Called again,
   * also with none, it overwrites again.
   */
  abstract deleteForGood(tenant: string, ids: readonly string[]): Promise<void>;
  abstract count(tenant: string): Promise<{ readonly waiting: number; readonly recorded: number }>;
}

/** The part of a dead letter that may be published: origin and reason, no personal data. */
export interface UnpublishedLetter {
  /** Ascending in the order in which the letters were added. */
  readonly number: number;
  readonly tenant: string;
  readonly origin: string;
  readonly reason: DeadReason;
}

/**
 * Dead letters that are still to be published to Kafka (a transactional outbox). A letter enters it in the
 * transaction that stores it, and leaves it only when it is published, also when it is retried or deleted first.
 */
export abstract class DeadLetterOutbox {
  /** Oldest first, at most `limit`. */
  abstract first(limit: number): Promise<readonly UnpublishedLetter[]>;
  /** Removes all letters up to this number. */
  abstract markPublished(upTo: number): Promise<void>;
}
