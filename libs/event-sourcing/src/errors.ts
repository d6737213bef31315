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

/** The input is wrong; `faults` name every place found, so that one round mends all. */
export class InvalidInput extends LedgerError {
  constructor(
    code: string,
    message: string,
    readonly faults: readonly InputFault[],
  ) {
    super(code, message, { faults });
  }
}

/** More is waiting than memory allows, or the disk does not follow: try again after so many seconds. */
export class Overloaded extends LedgerError {
  constructor(
    message: string,
    readonly retryAfterSeconds: number,
  ) {
    super('overloaded', message, { retryAfterSeconds });
  }
}

/** This one sends more than it may; others are not concerned. Try again after so many seconds. */
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
