import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { LedgerError } from '#event-sourcing';
import type { AfterPosition } from '../query/after-position.js';
import type { QueryThreads } from '../query/query-threads.js';
import type { ErasureParts } from './erasure-parts.js';
import { ErasureWork } from './erasure-work.js';

describe('13.3: the erasures of a server', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('are looked for in the log until it could be read, and then no more', async () => {
    const erasures = {
      ...{ unfinished: () => Promise.resolve([]), searchedTo: () => Promise.resolve('0') },
      noteSearched: () => Promise.resolve(),
    };
    let looks = 0;
    const store = {
      ...{ storeId: 's', epoch: 'first' },
      readAll: () => {
        looks += 1;
        return looks === 1
          ? Promise.reject(new LedgerError('store-unreachable', 'the store does not answer'))
          : Promise.resolve({ events: [], scannedTo: 0n, atEnd: true });
      },
    };
    const parts = { keys: { erasures }, store } as unknown as ErasureParts;
    const work = new ErasureWork(parts, { size: 1 } as QueryThreads, {} as AfterPosition);
    work.onApplicationBootstrap();
    await jest.advanceTimersByTimeAsync(14_000);
    expect(looks).toBe(1);
    await jest.advanceTimersByTimeAsync(2_000);
    expect(looks).toBe(2);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(looks).toBe(2);
    await work.beforeApplicationShutdown();
  });
});
