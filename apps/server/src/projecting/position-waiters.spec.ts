import { storedPosition } from '#event-sourcing';
import { describe, expect, it } from '@jest/globals';
import { PositionWaiters } from './position-waiters.js';

describe('waiting for a position', () => {
  it('ends at once where it was reached already', async () => {
    const waiters = new PositionWaiters();
    waiters.reach(storedPosition(5n));
    await waiters.wait(storedPosition(5n), 1);
    expect(waiters.reached).toBe(5n);
  });

  it('ends for those whose position is reached, and for no others', async () => {
    const waiters = new PositionWaiters();
    const ended: bigint[] = [];
    const waiting = [3n, 7n, 5n]
      .map(storedPosition)
      .map((position) => waiters.wait(position, 60_000).then(() => ended.push(position)));
    waiters.reach(storedPosition(5n));
    await Promise.all([waiting[0], waiting[2]]);
    expect(ended.sort()).toEqual([3n, 5n]);
    waiters.reach(storedPosition(9n));
    await waiting[1];
  });

  it('never goes back', () => {
    const waiters = new PositionWaiters();
    waiters.reach(storedPosition(5n));
    waiters.reach(storedPosition(2n));
    expect(waiters.reached).toBe(5n);
  });

  it('is given up when its time is over', async () => {
    await expect(new PositionWaiters().wait(storedPosition(1n), 5)).rejects.toMatchObject({
      code: 'position-not-reached',
    });
  });
});
