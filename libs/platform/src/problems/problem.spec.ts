import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BadRequestException, PayloadTooLargeException } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { InvalidInput, LedgerError, NotFound, Overloaded, StoreFault } from '#event-sourcing';
import { problemOf, retryAfterOf } from './problem.js';
import { PROBLEMS } from '#api';

describe('a problem', () => {
  it('has the code as its type and the faults as its errors', () => {
    const fault = { pointer: '/data/severity', detail: 'must be one of low, normal, high, critical' };
    expect(problemOf(new InvalidInput('invalid-event', 'the event is not valid', [fault]))).toEqual({
      type: 'urn:cx-ledger:problem:invalid-event',
      title: 'The event is not valid',
      status: 422,
      detail: 'the event is not valid',
      errors: [fault],
    });
  });

  it('carries what helps where the fault is the caller’s, and nothing where it is ours', () => {
    expect(problemOf(new NotFound('there is no customer c1', { customer: 'c1' }))).toMatchObject({
      status: 404,
      customer: 'c1',
    });
    expect(problemOf(new LedgerError('some-new-code', 'secret detail', { path: '/home/x' }))).toEqual({
      type: 'urn:cx-ledger:problem:internal',
      title: 'Something went wrong here',
      status: 500,
      detail: 'this is a fault of the server',
    });
    expect(JSON.stringify(problemOf(new StoreFault('disk-full', 'no room on /data')))).not.toContain('/data');
    expect(JSON.stringify(problemOf(new SyntaxError('Unexpected "ann@example.com"')))).not.toContain('ann');
  });

  it('says when to try again where waiting helps', () => {
    expect(retryAfterOf(new Overloaded('queue full', 7), 503)).toBe(7);
    expect(retryAfterOf(new StoreFault('busy', ''), 503)).toBe(1);
    expect(retryAfterOf(new NotFound(''), 404)).toBeUndefined();
  });

  it('is made of what the framework refuses too, without its words', () => {
    expect(problemOf(new PayloadTooLargeException())).toMatchObject({ status: 413 });
    expect(problemOf(new BadRequestException('x'.repeat(50))).detail).not.toContain('xxx');
    expect(problemOf(Object.assign(new Error(), { statusCode: 415 }))).toMatchObject({ status: 415 });
  });
});

describe('the table of problems', () => {
  it('has nothing but client and server errors', () => {
    for (const [status, title] of Object.values(PROBLEMS)) {
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(600);
      expect(title).not.toBe('');
    }
  });

  it('knows every code that the libraries behind HTTP throw at callers', () => {
    const thrown = new Set<string>();
    for (const file of sources()) {
      const errors = readFileSync(file, 'utf8').matchAll(/new (?:LedgerError|InvalidInput)\(\s*'([a-z-]+)'/g);
      for (const [, code] of errors) thrown.add(code!);
    }
    for (const code of intakeCodes()) thrown.add(code);
    expect([...thrown].filter((code) => !(code in PROBLEMS) && !INSIDE.has(code))).toEqual([]);
    expect(thrown.size).toBeGreaterThan(12);
  });
});

/**
 * Codes that never reach a caller of HTTP: they end a start, stay between threads, are a dead letter's, or are faults
 * of our own.
 */
const INSIDE = new Set([
  ...['invalid-config', 'deadline-passed', 'another-writer', 'repeated-header'],
  ...['list-condition', 'unknown-column', 'unknown-table'],
  // Part of what readiness says.
  'no-answer',
  // Among projectors that divide the work.
  ...['not-spreadable', 'views-spread', 'partition-lost', 'customers-changed'],
]);

const ROOT = join(import.meta.dirname, '../../../../..');
const BEHIND_HTTP = ['event-sourcing', 'intake', 'platform', 'projector', 'views', 'engines'].map(
  (lib) => `libs/${lib}`,
);

function sources(folders: readonly string[] = [...BEHIND_HTTP, 'apps/server']): string[] {
  return folders
    .map((folder) => join(ROOT, folder))
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
    )
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'));
}

/** The intake answers problems as values: `code: '…'` and `problem('…', …)`. */
function intakeCodes(): string[] {
  return sources(['libs/intake'])
    .filter((file) => !file.includes('dead-letter'))
    .flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/(?:\bcode: |problem\(\s*)'([a-z-]+)'/g)])
    .map(([, code]) => code!);
}
