import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FairGate } from './fair-gate.js';

const KIB = 1024;

/** Work that goes on until it is told to end. */
function open(): { readonly work: () => Promise<void>; end(): void } {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  return { work: () => ended, end: () => end() };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('the fair gate', () => {
  it('lets everyone through while there is room', async () => {
    const gate = new FairGate({ window: 100 * KIB, waiting: 100 * KIB });
    expect(await gate.pass('a', 50 * KIB, async () => 'done')).toBe('done');
    expect(gate.waiting).toBe(0);
  });

  it('lets a request through that is larger than the window, alone', async () => {
    const gate = new FairGate({ window: 10 * KIB, waiting: 100 * KIB });
    expect(await gate.pass('a', 50 * KIB, async () => 'done')).toBe('done');
  });

  it('lets a tenant in before those of another that came earlier and in numbers', async () => {
    const gate = new FairGate({ window: 64 * KIB, waiting: 10_000 * KIB });
    const order: string[] = [];
    const first = open();
    const inside = gate.pass('flood', 64 * KIB, first.work);
    const waiting = Array.from({ length: 50 }, (_, i) =>
      gate.pass('flood', 64 * KIB, async () => void order.push(`flood-${i}`)),
    );
    const small = gate.pass('small', KIB, async () => void order.push('small'));
    first.end();
    await Promise.all([inside, ...waiting, small]);
    expect(order.indexOf('small')).toBeLessThanOrEqual(1);
    expect(order.filter((name) => name !== 'small')).toEqual(
      Array.from({ length: 50 }, (_, i) => `flood-${i}`),
    );
  });

  it('refuses the tenant whose share is used up, and nobody else', async () => {
    const gate = new FairGate({ window: KIB, waiting: 10 * KIB });
    const first = open();
    const passing = [gate.pass('flood', KIB, first.work)];
    for (let i = 0; i < 10; i++) passing.push(gate.pass('flood', KIB, async () => undefined));
    await expect(gate.pass('flood', KIB, async () => undefined)).rejects.toMatchObject({
      code: 'too-many-requests',
    });
    passing.push(gate.pass('small', KIB, async () => undefined));
    expect(gate.waiting).toBe(11 * KIB);
    first.end();
    await Promise.all(passing);
    expect(gate.waiting).toBe(0);
  });

  it('bounds what waits however many tenants come', async () => {
    const gate = new FairGate({ window: KIB, waiting: 10 * KIB });
    const first = open();
    const passing = [gate.pass('x', KIB, first.work)];
    let refused = 0;
    for (let i = 0; i < 1_000; i++) {
      passing.push(gate.pass(`t${i % 100}`, KIB, async () => undefined).catch(() => void refused++));
    }
    expect(gate.waiting).toBeLessThanOrEqual(20 * KIB);
    first.end();
    await Promise.all(passing);
    expect(refused).toBeGreaterThan(900);
  });

  it('goes on when work fails', async () => {
    const gate = new FairGate({ window: KIB, waiting: 10 * KIB });
    const failing = gate.pass('a', KIB, () => Promise.reject(new Error('no')));
    const next = gate.pass('a', KIB, async () => 'next');
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('next');
  });

  it('loses nobody, keeps each tenant’s order and never works on more than the window', async () => {
    const requests = fc.array(
      fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 1, max: 90 * KIB })),
      {
        maxLength: 60,
      },
    );
    await fc.assert(
      fc.asyncProperty(requests, async (asked) => {
        const gate = new FairGate({ window: 128 * KIB, waiting: 100_000 * KIB });
        const done: [string, number][] = [];
        let inside = 0;
        let most = 0;
        await Promise.all(
          asked.map(([tenant, bytes], i) =>
            gate.pass(tenant, bytes, async () => {
              inside += Math.max(bytes, KIB);
              most = Math.max(most, inside);
              await turn();
              inside -= Math.max(bytes, KIB);
              done.push([tenant, i]);
            }),
          ),
        );
        expect(done).toHaveLength(asked.length);
        expect(most).toBeLessThanOrEqual(128 * KIB);
        expect([inside, gate.waiting]).toEqual([0, 0]);
      }),
      { numRuns: 100 },
    );
  });
});
