import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { LedgerError } from '#event-sourcing';
import type { AfterPosition } from '../query/after-position.js';
import type { QueryThreads } from '../query/query-threads.js';
import type { ErasureParts } from './erasure-parts.js';
import { ErasureWork } from './erasure-work.js';
import { KnownErasures } from './known-erasures.js';

describe('13.3: the erasures of a server', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('are looked for in the log until it could be read, and then no more; until then nothing is opened', async () => {
    let searched = '0';
    const erasures = {
      ...{ unfinished: () => Promise.resolve([]), searchedTo: () => Promise.resolve(searched) },
      noteSearched: (_: string, to: string) => Promise.resolve(void (searched = to)),
    };
    let looks = 0;
    let head = 0n;
    const store = {
      ...{ storeId: 's', epoch: 'first', head: () => Promise.resolve(head) },
      readAll: () => {
        looks += 1;
        return looks === 1
          ? Promise.reject(new LedgerError('store-unreachable', 'the store does not answer'))
          : Promise.resolve({ events: [], scannedTo: 0n, atEnd: true });
      },
    };
    const known = new KnownErasures(10_000);
    const parts = { keys: { erasures }, store, known } as unknown as ErasureParts;
    const work = new ErasureWork(parts, { size: 1 } as QueryThreads, {} as AfterPosition);
    work.onApplicationBootstrap();
    const opening = known.wait().then(
      () => 'opened',
      ({ code }: LedgerError) => code,
    );
    await jest.advanceTimersByTimeAsync(12_000);
    expect([looks, await opening]).toEqual([1, 'erasures-unknown']);
    const waiting = known.wait();
    await jest.advanceTimersByTimeAsync(4_000);
    await waiting;
    expect(looks).toBe(2);
    head = 7n;
    await jest.advanceTimersByTimeAsync(60_000);
    expect([looks, searched]).toEqual([2, '7']);
    await work.beforeApplicationShutdown();
  });
});
