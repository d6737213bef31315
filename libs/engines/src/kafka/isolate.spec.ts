import { describe, expect, it } from '@jest/globals';
import { InvalidInput, Overloaded, StoreFault } from '#event-sourcing';
import { isolate, mustWait } from './isolate.js';

describe('work that one item makes impossible', () => {
  it('A1: is done for all the others, and what is done alone gets the reason', async () => {
    const done: number[] = [];
    const work = async (items: readonly number[]) => {
      if (items.includes(6)) throw new RangeError('six');
      done.push(...items);
      return items.map(String);
    };
    const items = Array.from({ length: 10 }, (_, i) => i);
    const results = await isolate(items, work, (item, { name }) => `${item} ${name}`);
    expect(results).toEqual(items.map((i) => (i === 6 ? '6 RangeError' : String(i))));
    expect(done).toEqual(items.filter((i) => i !== 6));
  });

  it('A1: waits as a whole for what the store says, and for nothing else', async () => {
    const full = new StoreFault('disk-full', 'the disk is full');
    await expect(isolate([1, 2], () => Promise.reject(full), String)).rejects.toBe(full);
    expect([new Overloaded('later', 1), full].map(mustWait)).toEqual([true, true]);
    expect([new InvalidInput('bad', 'bad', []), new TypeError('x'), 'text'].map(mustWait)).toEqual([
      ...[false, false, false],
    ]);
  });
});
