import { describe, expect, it } from '@jest/globals';
import { EventLoopBudget } from './event-loop-budget.js';

const immediate = () => new Promise((resolve) => setImmediate(resolve));

describe('budget of a thread', () => {
  it('are there at once while little is worked on', () => {
    const budget = new EventLoopBudget();
    expect([budget.next(1), budget.next(99)]).toEqual([undefined, undefined]);
    expect(budget.next(1)).toBeInstanceOf(Promise);
  });

  it('let a piece of any size in when it is alone', () => {
    expect(new EventLoopBudget().next(10_000)).toBeUndefined();
  });

  it('let timers and sockets in between pieces of different requests, and keep the order of asking', async () => {
    const budget = new EventLoopBudget();
    const done: string[] = [];
    const piece = async (name: string, events: number) => {
      await budget.next(events);
      done.push(name);
    };
    const looking = (async () => {
      for (let turn = 1; turn <= 4; turn++) {
        await immediate();
        done.push(`look ${turn}`);
      }
    })();
    await Promise.all([...['a', 'b', 'c', 'd'].map((name) => piece(name, 60)), looking]);
    const names = done.filter((name) => name.length === 1);
    expect(names).toEqual(['a', 'b', 'c', 'd']);
    for (let i = 1; i < names.length; i++) {
      const between = done.slice(done.indexOf(names[i - 1]!) + 1, done.indexOf(names[i]!));
      expect([names[i], between.length]).toEqual([names[i], 1]);
    }
  });

  it('share a turn while the pieces are small', async () => {
    const budget = new EventLoopBudget();
    const entered: number[] = [];
    const pieces = Array.from({ length: 250 }, async (_, i) => {
      await budget.next(1);
      entered.push(i);
    });
    await immediate();
    const soon = entered.length;
    await Promise.all(pieces);
    expect(soon).toBeGreaterThanOrEqual(100);
    expect(soon).toBeLessThanOrEqual(200);
    expect(entered).toEqual([...entered].sort((a, b) => a - b));
  });
});
