import { expect } from '@jest/globals';
import { PROBLEMS } from '#api';
import type { WildAnswer } from './wild-client.js';

const TYPE = 'urn:cx-ledger:problem:';

/** Problems about the input itself, which have to name the place in it. */
const ABOUT_INPUT =
  /^(invalid-(?!.*token)|malformed-json|too-deep|duplicate-key|lossy-number|unknown-(type|version)|time-in-future|personal-identifier|wrong-endpoint|id-reused|bad-cursor)/;

/**
 * Checks what holds for every answer: a request id; no server error (a 503 has Retry-After); from 400 on a problem of
 * the table with its title and status; for bad input the place and the reason.
 */
export function expectGoodAnswer({ status, headers, text }: WildAnswer, method = 'GET'): void {
  expect(headers['x-request-id']).toMatch(/^[A-Za-z0-9._:-]{1,100}$/);
  if (status < 400) return;
  if (status >= 500) {
    expect([status, text]).toEqual([503, expect.any(String)]);
    expect(headers['retry-after']).toMatch(/^\d+$/);
  }
  expect([text.slice(0, 200), headers['content-type']]).toEqual([
    expect.anything(),
    expect.stringMatching(/^application\/problem\+json/),
  ]);
  if (method !== 'HEAD') expectProblem(JSON.parse(text) as SeenProblem, status, headers['x-request-id']);
}

interface SeenProblem {
  readonly type: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly requestId?: string;
  readonly errors?: readonly { readonly pointer: unknown; readonly detail: unknown }[];
}

/** The problem is one of the table, complete, and names places where the input is wrong. */
export function expectProblem(problem: SeenProblem, status: number, requestId?: unknown): void {
  const code = problem.type.slice(TYPE.length);
  expect(problem.type).toBe(TYPE + code);
  expect([code, Object.hasOwn(PROBLEMS, code)]).toEqual([code, true]);
  expect([code, problem.status, problem.title]).toEqual([code, status, PROBLEMS[code]![1]]);
  expect(problem.detail).toMatch(/\S/);
  if (requestId !== undefined) expect(problem.requestId).toBe(requestId);
  if (!ABOUT_INPUT.test(code)) return;
  expect([code, problem.errors?.length ?? 0]).not.toEqual([code, 0]);
  for (const error of problem.errors!) {
    expect(error).toEqual({ pointer: expect.stringMatching(/^(\/|$)/), detail: expect.stringMatching(/\S/) });
  }
}
