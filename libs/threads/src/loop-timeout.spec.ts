import { stat } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { loopTimeout, withLoopTimeout } from './loop-timeout.js';

/** Keeps the event loop busy. */
function block(millis: number): void {
  for (const end = performance.now() + millis; performance.now() < end;);
}

const late = () => new Error('late');

it('11.8: several answers in a row, each behind a pause longer than the deadline, are not late', async () => {
  const asked = async () => {
    for (let round = 0; round < 3; round++) {
      const answer = stat(import.meta.filename);
      block(50);
      expect((await answer).isFile()).toBe(true);
    }
    return 'answered';
  };
  expect(await withLoopTimeout(40, asked(), late)).toBe('answered');
});

it('11.8: what never answers is late', async () => {
  await expect(withLoopTimeout(1, new Promise<never>(() => undefined), late)).rejects.toThrow('late');
});

it('does not call back once it is cancelled, between its timer and its callback too', async () => {
  let called = 0;
  const cancel = loopTimeout(0, () => called++);
  block(5);
  await new Promise<void>((resolve) => setTimeout(resolve, 0));
  cancel();
  await withLoopTimeout(1, new Promise<never>(() => undefined), late).catch(() => undefined);
  expect(called).toBe(0);
});
