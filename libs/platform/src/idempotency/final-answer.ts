import { PROBLEM_TYPE } from '#api';

/** Refusals that the request's own bytes earn: it will be refused so whenever it comes. */
const FINAL: ReadonlySet<string> = new Set([
  ...['malformed-json', 'too-deep', 'duplicate-key', 'lossy-number', 'name-too-long', 'empty-body'],
  ...['invalid-event', 'event-too-large', 'too-many-events', 'invalid-query', 'unsupported-media-type'],
  ...['wrong-endpoint', 'id-reused', 'merge-with-itself', 'not-retractable', 'customer-erased'],
]);

/** Whether a request that was refused so is refused for good; others may be accepted when they come again. */
export function isFinalCode(code: string): boolean {
  return FINAL.has(code);
}

/** Whether nothing in the answer would be answered otherwise later: every refusal in its `results` is final. */
export function isFinalAnswer(answer: unknown): boolean {
  const { results } = (answer ?? {}) as { readonly results?: unknown };
  if (!Array.isArray(results)) return true;
  return results.every(({ problem }: { readonly problem?: { readonly type: string } }) =>
    problem === undefined ? true : isFinalCode(problem.type.slice(PROBLEM_TYPE.length)),
  );
}
