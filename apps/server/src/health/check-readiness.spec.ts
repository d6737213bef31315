import { storedPosition } from '#event-sourcing';
import { describe, expect, it } from '@jest/globals';
import { MemoryEventStore } from '#event-store';
import { NO_KAFKA } from '../messaging/kafka-status.js';
import type { ProjectingThread } from '../projecting/projecting-thread.js';
import { ViewsLag } from '../projecting/views-lag.js';
import type { AccessStore } from '#platform';
import type { QueryThreads } from '../query/query-threads.js';
import { newEvent } from '../../../../test/kit/new-events.js';
import { CheckReadinessHandler } from './check-readiness.js';

const works = {
  projecting: { isThere: true, lag: new ViewsLag() } as ProjectingThread,
  queries: { areThere: true } as QueryThreads,
  access: { hasTenant: () => Promise.resolve(true) } as unknown as AccessStore,
};

describe('readiness', () => {
  it('C12: fails where the projector does not move, and says how far the views are behind', async () => {
    let now = 0;
    const lag = new ViewsLag(() => now);
    const projecting = { isThere: true, lag } as ProjectingThread;
    const store = new MemoryEventStore();
    const { queries, access } = works;
    const handler = new CheckReadinessHandler(store, projecting, queries, NO_KAFKA, access);
    lag.appended(storedPosition(100n));
    now = 59_000;
    lag.reached(storedPosition(1n));
    now = 118_000;
    expect(await handler.execute()).toEqual({
      status: 'ready',
      degraded: ['the views are 118 s behind the log'],
    });
    now = 119_000;
    await expect(handler.execute()).rejects.toMatchObject({
      code: 'not-ready',
      message: expect.stringMatching(/projecting \(the views have not moved for 60 s\)/),
    });
    lag.reached(storedPosition(100n));
    expect(await handler.execute()).toEqual({ status: 'ready' });
  });

  it('C15: says by how much recordedAt is ahead of the clock, after an event under a wrong one', async () => {
    const store = new MemoryEventStore();
    const { projecting, queries, access } = works;
    const handler = new CheckReadinessHandler(store, projecting, queries, NO_KAFKA, access);
    await store.append({ events: [newEvent('s', 'a', { at: Date.now() + 200_000 })] });
    expect(await handler.execute()).toEqual({ status: 'ready' });
    await store.append({ events: [newEvent('s', 'b', { at: Date.now() + 3_600_000 })] });
    const { status, degraded } = await handler.execute();
    expect([status, degraded]).toEqual([
      'ready',
      [expect.stringMatching(/^recordedAt is 3[56]\d\d s ahead of the clock/)],
    ]);
  });
});
