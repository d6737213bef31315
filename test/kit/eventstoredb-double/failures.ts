import { Metadata, status, type StatusObject } from '@grpc/grpc-js';
import { type AppendResult, MAX_APPEND } from './append.js';

const FAILURES = {
  'not-ready': { code: status.UNAVAILABLE, details: 'Server Is Not Ready' },
  'stream-deleted': { code: status.FAILED_PRECONDITION, details: 'Event stream is deleted.' },
  'invalid-subscription-position': {
    code: status.INVALID_ARGUMENT,
    details: 'Trying to read from an invalid position.',
  },
  'invalid-read-position': { code: status.UNKNOWN, details: 'Unexpected ReadAllResult: InvalidPosition' },
  'bad-request': { code: status.INVALID_ARGUMENT, details: 'BadRequest' },
} as const;

/** How a call ends that is refused as a whole; `exception` in its metadata is what the client goes by. */
export function failure(kind: keyof typeof FAILURES, stream = ''): StatusObject {
  const metadata = new Metadata();
  if (kind === 'stream-deleted') {
    metadata.set('exception', kind);
    metadata.set('stream-name', stream);
  }
  return { ...FAILURES[kind], metadata };
}

/** The same for a delete or an append of its own. */
export function refusal(
  result: Exclude<AppendResult, { kind: 'success' }>,
  stream: string,
  expected = -2n,
): StatusObject {
  const metadata = new Metadata();
  switch (result.kind) {
    case 'deleted':
      return failure('stream-deleted', stream);
    case 'bad-request':
      return failure('bad-request');
    case 'too-large':
      metadata.set('exception', 'maximum-append-size-exceeded');
      metadata.set('maximum-append-size', String(MAX_APPEND));
      return { code: status.INVALID_ARGUMENT, details: 'Maximum Append Size Exceeded.', metadata };
    case 'wrong-version':
      metadata.set('exception', 'wrong-expected-version');
      metadata.set('stream-name', stream);
      metadata.set('expected-version', String(expected));
      metadata.set('actual-version', String(result.current ?? -1n));
      return {
        code: status.FAILED_PRECONDITION,
        details: 'Append failed due to WrongExpectedVersion.',
        metadata,
      };
  }
}
