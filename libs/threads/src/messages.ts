import { InvalidInput, LedgerError, NotFound, Overloaded, RateLimited, StoreFault } from '#event-sourcing';
import type { InputFault } from '#event-sourcing';

/** From the main thread to a worker. */
export interface Call {
  readonly id: number;
  readonly method: string;
  readonly argument: unknown;
}

/** From a worker: it is ready, it could not start, the outcome of a call, or a notice. */
export type Report =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly error: ErrorRecord }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'refusal'; readonly id: number; readonly error: ErrorRecord }
  | { readonly kind: 'notice'; readonly notice: unknown };

/** An error between threads: structured cloning would keep neither its class nor its code. */
export interface ErrorRecord {
  readonly name: string;
  readonly code?: string;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly stack?: string;
}

/** What is sent in place of an error. */
export function recordError(error: unknown): ErrorRecord {
  if (error instanceof LedgerError) {
    return {
      name: error.name,
      code: error.code,
      message: error.message,
      details: error.details,
      stack: error.stack,
    };
  }
  if (error instanceof Error) return { name: error.name, message: error.message, stack: error.stack };
  return { name: 'Error', message: String(error) };
}

/** The error with its class restored. */
export function reviveError(record: ErrorRecord): Error {
  const { name, code, message, details = {} } = record;
  const error = code === undefined ? new Error(message) : reviveLedgerError(name, code, message, details);
  if (record.stack !== undefined) error.stack = record.stack;
  return error;
}

function reviveLedgerError(
  name: string,
  code: string,
  message: string,
  details: Record<string, unknown>,
): Error {
  switch (name) {
    case 'InvalidInput':
      return new InvalidInput(code, message, details['faults'] as readonly InputFault[]);
    case 'NotFound':
      return new NotFound(message, details);
    case 'Overloaded':
      return new Overloaded(message, details['retryAfterSeconds'] as number);
    case 'RateLimited':
      return new RateLimited(message, details['retryAfterSeconds'] as number);
    case 'StoreFault':
      return new StoreFault(code, message, details);
    default:
      return new LedgerError(code, message, details);
  }
}
