import {
  AccessDeniedError,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  StreamNotFoundError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { LedgerError, StoreFault } from '#event-sourcing';

/** What an error of the client means for the caller. */
export type FailureKind =
  | 'conflict'
  | 'not-found'
  | 'deleted'
  | 'too-large'
  | 'bad-request'
  | 'access-denied'
  | 'invalid-position'
  | 'retry';

/** Errors that are told by their class. */
const BY_CLASS = [
  [WrongExpectedVersionError, 'conflict'],
  [StreamNotFoundError, 'not-found'],
  [StreamDeletedError, 'deleted'],
  [MaxAppendSizeExceededError, 'too-large'],
  [AccessDeniedError, 'access-denied'],
] as const;

/** Errors of the class UnknownError, which are told by their text alone. */
const BY_TEXT: readonly (readonly [RegExp, FailureKind])[] = [
  [/Could not recognize BadRequest/, 'bad-request'],
  [/InvalidPosition|invalid position/, 'invalid-position'],
];

/**
 * Classifies by a list of what is final; everything else is tried again. While a server starts, stops, is killed or hangs the
 * client throws errors of four classes, a plain Error among them, so those that are worth a retry cannot be listed.
 */
export function failureKind(error: unknown): FailureKind {
  if (error instanceof LedgerError) return 'bad-request';
  for (const [type, kind] of BY_CLASS) if (error instanceof type) return kind;
  const message = error instanceof Error ? error.message : '';
  return BY_TEXT.find(([pattern]) => pattern.test(message))?.[1] ?? 'retry';
}

/** The fault that a final error means; `what` was done, as in `append to customer-default.1`. */
export function faultOf(kind: Exclude<FailureKind, 'retry'>, what: string, error: unknown): Error {
  if (error instanceof LedgerError) return error;
  const details = { reason: error instanceof Error ? error.message : String(error) };
  switch (kind) {
    case 'access-denied':
      return new StoreFault(
        'store-access-denied',
        `EventStoreDB refused to ${what}: give CX_STORE a user that may read and append (esdb://user:password@…)`,
        details,
      );
    case 'deleted':
      return new StoreFault(
        'stream-deleted',
        `EventStoreDB refused to ${what}: somebody deleted the stream there`,
        details,
      );
    case 'conflict':
    case 'not-found':
    case 'too-large':
    case 'bad-request':
    case 'invalid-position':
      return new StoreFault('store-failed', `EventStoreDB refused to ${what} (${kind})`, details);
  }
}

/** The store did not do it in time, however often it was tried. */
export function unavailable(what: string, error: unknown): StoreFault {
  const reason = error instanceof Error ? error.message : String(error);
  return new StoreFault(
    'store-unreachable',
    `EventStoreDB did not ${what} (${reason}): see that the server of CX_STORE runs and can be reached`,
    { reason },
  );
}
