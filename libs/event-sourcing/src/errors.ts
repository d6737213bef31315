import { shortened } from './json-pointer.js';
import { LIMITS } from './limits.js';

/** One fault in an input: where (RFC 6901 pointer, `''` for the whole) and what to do about it. */
export interface InputFault {
  readonly pointer: string;
  readonly detail: string;
}

/**
 * An error of the ledger's own: `code` is stable (kebab-case, it becomes the problem type), the message says
 * what happened and what to do, `details` hold the ids and values that help. Never personal data.
 */
export class LedgerError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = new.target.name;
  }
}

/**
 * The input is wrong; `faults` name the first places found (`LIMITS.jsonFaults`), each with what to do about it. Message
 * and faults are bounded in length, whatever the input was: they are answered, logged and kept.
 */
export class InvalidInput extends LedgerError {
  readonly faults: readonly InputFault[];

  constructor(code: string, message: string, faults: readonly InputFault[]) {
    const bounded = faults.slice(0, LIMITS.jsonFaults).map(boundedFault);
    super(code, shortened(message, LIMITS.message), { faults: bounded });
    this.faults = bounded;
  }
}

function boundedFault({ pointer, detail }: InputFault): InputFault {
  return { pointer: shortened(pointer, LIMITS.pointer), detail: shortened(detail, LIMITS.message) };
}

/** More is waiting than memory allows, or the disk is too slow: try again after `retryAfterSeconds`. */
export class Overloaded extends LedgerError {
  constructor(
    message: string,
    readonly retryAfterSeconds: number,
  ) {
    super('overloaded', message, { retryAfterSeconds });
  }
}

/** Rate limit exceeded; other callers are unaffected. Try again after `retryAfterSeconds`. */
export class RateLimited extends LedgerError {
  constructor(
    message: string,
    readonly retryAfterSeconds: number,
  ) {
    super('too-many-requests', message, { retryAfterSeconds });
  }
}

/** The thing asked for does not exist, or is another tenant's, which must look alike. */
export class NotFound extends LedgerError {
  constructor(message: string, details: Readonly<Record<string, unknown>> = {}) {
    super('not-found', message, details);
  }
}

/** A store that cannot be opened, read or written: locked, damaged, full, read-only. `code` says which. */
export class StoreFault extends LedgerError {}
