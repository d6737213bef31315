import { describe, expect, it } from '@jest/globals';
import { TenantTurns } from './tenant-turns.js';
import type { Turn } from './tenant-turns.js';

const LIMITS = { running: 8, perTenant: 3, sliceMillis: 10 };
const DEADLINE = 1_000;

/** Turns by a clock that goes on by 10 ms with each piece of work. */
function room() {
  let now = 0;
  const done: string[] = [];
  const turns = new TenantTurns(LIMITS, () => now);
  const ask = (tenant: string, pieces: number, deadline = Infinity) =>
    turns.run(tenant, deadline, async ({ yieldTurn }: Turn) => {
      for (let piece = 0; piece < pieces; piece++) {
        await yieldTurn();
        now += 10;
        done.push(tenant);
      }
      return done.length;
    });
  return { done, ask, pass: (millis: number) => (now += millis) };
}

describe('C6: turns of tenants', () => {
  it('one tenant’s long questions, however many, leave every other its turn', async () => {
    const { done, ask } = room();
    const greedy = Array.from({ length: 50 }, () => ask('greedy', 40));
    await ask('modest', 10);
    // In turns: while the modest one did ten pieces, the other did about as many; not its two thousand.
    const before = done.slice(0, done.lastIndexOf('modest'));
    expect(before.filter((tenant) => tenant === 'greedy').length).toBeLessThanOrEqual(20);
    await Promise.all(greedy);
    expect(done).toHaveLength(50 * 40 + 10);
  });

  it('lets a tenant have some questions answered at once, and one while the thread is half taken', async () => {
    const turns = new TenantTurns(LIMITS);
    const begun: string[] = [];
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const ask = (tenant: string) => turns.run(tenant, DEADLINE, () => (begun.push(tenant), ended));
    const rounds = async (count: number) => {
      for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
    };
    const all = Array.from({ length: 9 }, () => ask('a'));
    await rounds(50);
    expect(begun).toEqual(['a', 'a', 'a']);
    for (const tenant of ['b', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) all.push(ask(tenant));
    await rounds(50);
    expect([...begun].sort().join('')).toBe('aaabcdef');
    end();
    await Promise.all(all);
    expect(begun).toHaveLength(17);
  });

  it('gives a question up when its deadline has passed, wherever it is', async () => {
    const { ask, pass } = room();
    await expect(ask('a', 1_000, 200)).rejects.toMatchObject({
      code: 'query-timeout',
      message: expect.stringContaining('0.2 s'),
    });
    const waiting = ask('a', 1, 200);
    pass(200);
    await expect(waiting).rejects.toMatchObject({ code: 'query-timeout' });
    expect(await ask('a', 1, 200)).toBe(21);
  });
});
