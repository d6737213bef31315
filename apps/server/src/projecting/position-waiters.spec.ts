import { describe, expect, it } from '@jest/globals';
import { PositionWaiters } from './position-waiters.js';

describe('waiting for a position', () => {
  it('ends at once where it was reached already', async () => {
    const waiters = new PositionWaiters();
    waiters.reach(5n);
    await waiters.wait(5n, 1);
    expect(waiters.reached).toBe(5n);
  });

  it('ends for those whose position is reached, and for no others', async () => {
    const waiters = new PositionWaiters();
    const ended: bigint[] = [];
    const waiting = [3n, 7n, 5n].map((position) =>
      waiters.wait(position, 60_000).then(() => ended.push(position)),
    );
    waiters.reach(5n);
    await Promise.all([waiting[0], waiting[2]]);
    expect(ended.sort()).toEqual([3n, 5n]);
    waiters.reach(9n);
    await waiting[1];
  });

  it('never goes back', () => {
    const waiters = new PositionWaiters();
    waiters.reach(5n);
    waiters.reach(2n);
    expect(waiters.reached).toBe(5n);
  });

  it('is given up when its time is over', async () => {
    await expect(new PositionWaiters().wait(1n, 5)).rejects.toMatchObject({ code: 'position-not-reached' });
  });
});
