import { PROBLEM_TYPE } from '#api';

/** Refusals that depend on the request's bytes only: it would always be refused so. */
const FINAL: ReadonlySet<string> = new Set([
  ...['malformed-json', 'too-deep', 'duplicate-key', 'lossy-number', 'name-too-long', 'empty-body'],
  ...['invalid-event', 'event-too-large', 'too-many-events', 'invalid-query', 'unsupported-media-type'],
  ...['wrong-endpoint', 'id-reused', 'merge-with-itself', 'not-retractable', 'customer-erased'],
]);

/** Whether a refusal is final; other requests may be accepted when they are sent again. */
export function isFinalCode(code: string): boolean {
  return FINAL.has(code);
}

/** Whether the whole answer is final: so is every refusal in its `results`. */
export function isFinalAnswer(answer: unknown): boolean {
  const { results } = (answer ?? {}) as { readonly results?: unknown };
  if (!Array.isArray(results)) return true;
  return results.every(({ problem }: { readonly problem?: { readonly type: string } }) =>
    problem === undefined ? true : isFinalCode(problem.type.slice(PROBLEM_TYPE.length)),
  );
}
