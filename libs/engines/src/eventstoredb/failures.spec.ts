import {
  AccessDeniedError,
  DeadlineExceededError,
  StreamDeletedError,
  UnavailableError,
  UnknownError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { Metadata, type ServiceError } from '@grpc/grpc-js';
import { describe, expect, it } from '@jest/globals';
import { StoreFault } from '#event-sourcing';
import { DeadlinePassed } from './deadline.js';
import { failureKind, faultOf } from './failures.js';

function serviceError(code: number, details: string): ServiceError {
  return Object.assign(new Error(`${code} ${details}`), { code, details, metadata: new Metadata() });
}

describe('the table of EventStoreDB’s errors', () => {
  const refused = 'No connection established. Last error: Error: connect ECONNREFUSED 127.0.0.1:2113.';

  it.each<[string, Error]>([
    [
      'd: an append while the server stops or starts',
      new UnknownError(undefined, 'Could not recognize Server Is Not Ready'),
    ],
    [
      'd: a subscription when the server has stopped',
      new UnknownError(serviceError(13, 'Received RST_STREAM with code 0')),
    ],
    ['d: anything when the server is killed', new UnavailableError(serviceError(14, 'read ECONNRESET'))],
    ['d: a read while the server starts', new UnavailableError(serviceError(14, 'Server Is Not Ready'))],
    ['d: an append while the server is away: a plain Error', serviceError(14, refused)],
    ['d: a deadline of the server', new DeadlineExceededError(undefined, '')],
    ['c: a deadline of our own', new DeadlinePassed('append', 100)],
    [
      'd: the cancellation of all appends by another client',
      new UnknownError(serviceError(1, 'Cancelled on client')),
    ],
    ['a: what became too large for a message', new UnknownError(serviceError(8, 'RESOURCE_EXHAUSTED'))],
  ])('%s is tried again', (_, error) => {
    expect(failureKind(error)).toBe('retry');
  });

  it.each<[string, Error, string]>([
    [
      'a: no UUID, no type, no stream',
      new UnknownError(undefined, 'Could not recognize BadRequest'),
      'bad-request',
    ],
    [
      'a: a wrong revision',
      new WrongExpectedVersionError(undefined as never, { streamName: 's', current: 1n, expected: 2n }),
      'conflict',
    ],
    ['g: a tombstoned stream', StreamDeletedError.fromStreamName('s'), 'deleted'],
    ['no rights', new AccessDeniedError(), 'access-denied'],
    [
      'd: a subscription within a record',
      new UnknownError(serviceError(3, 'Trying to read from an invalid position.')),
      'invalid-position',
    ],
    [
      'd: a read within a record',
      new UnknownError(serviceError(2, 'Unexpected ReadAllResult: InvalidPosition')),
      'invalid-position',
    ],
  ])('%s is final', (_, error, kind) => {
    expect(failureKind(error)).toBe(kind);
  });

  it('says what to do about missing rights and deleted streams', () => {
    const denied = faultOf('access-denied', 'append to s', new AccessDeniedError());
    expect(denied).toBeInstanceOf(StoreFault);
    expect(denied.message).toContain('give CX_STORE a user');
    expect(faultOf('deleted', 'append to s', new Error()).message).toContain('deleted the stream');
  });
});
