import { stat } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { withDeadline } from './deadline.js';

/** Keeps the thread busy, as a machine does that gives it no processor. */
function block(millis: number): void {
  for (const end = performance.now() + millis; performance.now() < end;);
}

it('11.8: an answer that came while the thread did not run is no missed deadline', async () => {
  const answer = withDeadline('ask', 1, stat(import.meta.filename));
  block(200);
  expect((await answer).isFile()).toBe(true);
});

it('11.1: a call without an answer ends by its deadline', async () => {
  const never = new Promise<void>(() => undefined);
  await expect(withDeadline('ask', 1, never)).rejects.toThrow('no answer within 1 ms: ask');
});
