import type { InputFault } from '#event-sourcing';

/** Why something could not be taken in. */
export interface DeadReason {
  readonly code: string;
  readonly detail: string;
  readonly faults?: readonly InputFault[];
}

/** Input that was consumed and could not be used, kept until somebody retries or deletes it. */
export interface DeadLetter {
  /** UUID, given when it was put away. */
  readonly id: string;
  /** Ascending in the order in which letters were put away: lists are read on from it. */
  readonly number: number;
  /** '' when it names no tenant that exists: then only an operator sees it. */
  readonly tenant: string;
  /** Milliseconds. */
  readonly arrivedAt: number;
  /** Where it came from: `kafka cx.touchpoints/3@17`. The same origin is put away once. */
  readonly origin: string;
  readonly reason: DeadReason;
  /** What came, sealed; the text of it is for those who may see personal data. */
  readonly sealed: string;
  /** The customer whose key sealed it; null: the tenant's own key. */
  readonly customer: string | null;
  /** When it is to be retried by itself, ms (a time in the future comes one day); null: by a person only. */
  readonly retryAt: number | null;
  /** How often it was retried. */
  readonly attempts: number;
  /** When it was last retried, milliseconds, and by whom: a subject, or `dead-letters` where it went by itself. */
  readonly retriedAt: number | null;
  readonly retriedBy: string | null;
  /** `waiting`, or `recorded` once a retry worked: the trace that stays until it is deleted. */
  readonly state: 'waiting' | 'recorded';
  /** Position of the event that the retry recorded (decimal text). */
  readonly position: string | null;
}

/** A letter that nobody has retried yet. */
export type NewDeadLetter = Omit<
  DeadLetter,
  'number' | 'attempts' | 'retriedAt' | 'retriedBy' | 'state' | 'position'
>;

/** What a retry came to. */
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

/** The store of dead letters. What it has answered is durable. */
export abstract class DeadLetterStore {
  /** Puts letters away; one whose (tenant, origin) is there already is left as it is. */
  abstract add(letters: readonly NewDeadLetter[]): Promise<void>;
  /** Oldest first behind `after` (a letter's number, be it there still or not), at most `limit`. */
  abstract list(query: {
    readonly tenant: string;
    readonly state?: DeadLetter['state'];
    readonly code?: string;
    readonly after?: number;
    readonly limit: number;
  }): Promise<readonly DeadLetter[]>;
  abstract get(tenant: string, id: string): Promise<DeadLetter | undefined>;
  /** Letters waiting whose `retryAt` has come, of every tenant. */
  abstract due(now: number, limit: number): Promise<readonly DeadLetter[]>;
  /** Notes what retries came to. What was recorded stays as the first retry that worked left it. */
  abstract retried(outcomes: readonly RetryOutcome[]): Promise<void>;
  /** True when there was such a letter. */
  abstract delete(tenant: string, id: string): Promise<boolean>;
  abstract count(tenant: string): Promise<{ readonly waiting: number; readonly recorded: number }>;
}

/** Of a letter, what may be told to others: its place and reason, nothing personal. */
export interface UntoldLetter {
  /** Rising in the order they came. */
  readonly number: number;
  readonly tenant: string;
  readonly origin: string;
  readonly reason: DeadReason;
}

/**
 * The letters that others are still to be told of. Each is noted when its letter is added, durable with it or not at
 * all, and stays until it was told, also when somebody retries or deletes the letter first.
 */
export abstract class UntoldLetters {
  /** Oldest first, at most `limit`. */
  abstract first(limit: number): Promise<readonly UntoldLetter[]>;
  /** Those up to this number were told. */
  abstract told(upTo: number): Promise<void>;
}
