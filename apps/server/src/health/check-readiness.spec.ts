import { storedPosition, StoreFault } from '#event-sourcing';
import { describe, expect, it } from '@jest/globals';
import type { EventStore } from '#event-store';
import { readConfig } from '#platform';
import type { AccessStore } from '#platform';
import type { ErasureStore } from '#privacy';
import { NO_KAFKA } from '../messaging/kafka-status.js';
import type { ViewsProgress } from '../projecting/views-progress.js';
import { ViewsLag } from '../projecting/views-lag.js';
import type { QueryThreads } from '../query/query-threads.js';
import { newEvent } from '../../../../test/kit/new-events.js';
import { EngineProbes } from './engine-probes.js';
import { CheckReadiness } from './check-readiness.js';
import { MemoryEventStore } from '../../../../test/kit/memory-event-store.js';

/** Views and lists of one server, equally far. */
const at = (lag: ViewsLag): ViewsProgress =>
  ({ works: true, timelines: { lag }, tables: { lag } }) as ViewsProgress;

const works = {
  projecting: at(new ViewsLag()),
  queries: { areThere: true } as QueryThreads,
  access: { hasTenant: () => Promise.resolve(true) } as unknown as AccessStore,
  erasures: { unfinished: () => Promise.resolve([]) } as unknown as ErasureStore,
};

const handlerOf = (
  store: EventStore,
  views: ViewsProgress,
  roles = 'ingest,project,query,audit',
  { access, erasures }: Pick<typeof works, 'access' | 'erasures'> = works,
) => {
  const settings = readConfig({ CX_ROLE: roles });
  const engines = new EngineProbes(store, access, erasures, settings);
  return new CheckReadiness(engines, views, works.queries, NO_KAFKA, settings);
};

describe('readiness', () => {
  it('C12: fails where the projector does not move, and says how far the views are behind', async () => {
    let now = 0;
    const lag = new ViewsLag(() => now);
    const projecting = at(lag);
    const handler = handlerOf(new MemoryEventStore(), projecting);
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

  it('11.4: asks of each role only what it needs', async () => {
    class FullStore extends MemoryEventStore {
      override checkWritable(): Promise<void> {
        return Promise.reject(new StoreFault('store-full', 'no room left'));
      }
    }
    let now = 0;
    const lag = new ViewsLag(() => now);
    lag.appended(storedPosition(1n));
    now = 60_000;
    const standing = at(lag);
    const faultOf = (roles: string, store: EventStore, views: ViewsProgress) =>
      handlerOf(store, views, roles)
        .execute()
        .then(
          () => 'ready',
          (error: Error) => error.message,
        );
    expect(await faultOf('ingest', new FullStore(), works.projecting)).toMatch('recording (store-full)');
    expect(await faultOf('query,audit', new FullStore(), standing)).toBe('ready');
    expect(await faultOf('project', new FullStore(), standing)).toMatch('have not moved for 60 s');
    const away = new MemoryEventStore();
    away.head = () => Promise.reject(new StoreFault('store-unavailable', 'connection refused'));
    expect(await faultOf('query', away, works.projecting)).toMatch('reading events (store-unavailable)');
    const unreadable = { ...standing, works: false } as ViewsProgress;
    expect(await faultOf('query', new FullStore(), unreadable)).toMatch('views (they cannot be read)');
  });

  it('11.8: names every part that does not answer, and asks it nothing more until it does', async () => {
    const questions: string[] = [];
    const answers: (() => void)[] = [];
    const silent = (part: string) => () => {
      questions.push(part);
      return new Promise<never>((_, reject) =>
        answers.push(() => reject(new StoreFault('views-unavailable', 'connection lost'))),
      );
    };
    const store = new MemoryEventStore();
    store.checkWritable = silent('recording');
    store.lastRecordedAt = silent('reading');
    const access = { hasTenant: silent('access') } as unknown as AccessStore;
    const erasures = { unfinished: silent('keys') } as unknown as ErasureStore;
    const handler = handlerOf(store, works.projecting, undefined, { access, erasures });
    const faultOf = () => handler.execute().catch((error: Error) => error.message);
    const named = (code: string) =>
      `not working now: API keys and operations (${code}), customers' keys (${code}), recording (${code}), reading events (${code})`;
    expect(await Promise.all([faultOf(), faultOf()])).toEqual([named('no-answer'), named('no-answer')]);
    expect(questions.sort()).toEqual(['access', 'keys', 'reading', 'recording']);
    const told = faultOf();
    for (const answer of answers) answer();
    expect(await told).toBe(named('views-unavailable'));
    void faultOf();
    expect(questions.length).toBe(8);
  });

  it('C15: says by how much recordedAt is ahead of the clock, after an event under a wrong one', async () => {
    const store = new MemoryEventStore();
    const { projecting } = works;
    const handler = handlerOf(store, projecting);
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
