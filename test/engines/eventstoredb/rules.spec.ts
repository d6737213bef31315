import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Position, START, storedPosition } from '#event-sourcing';
import { AllFeed, EventStoreDbConnection } from '#engines/eventstoredb';
import { EventStoreFixture, readToEnd, TEST_LIMITS } from '../../kit/eventstore-fixture.js';
import { EventStoreServer } from '../../kit/eventstore-server.js';
import { crash } from '../../kit/lost-thread.js';
import { FIRST_INSTANT, idOf, newEvent, newEvents } from '../../kit/new-events.js';
import { until } from '../../kit/until.js';

/** What of the ten rules shows without a look into the server. The others: rules-inside.spec. */
describe('the ten rules of EventStoreDB, as a client sees them', () => {
  let server: EventStoreServer;
  let ledger: EventStoreFixture;

  beforeAll(async () => {
    server = await EventStoreServer.start();
  });

  afterAll(() => server.remove());

  beforeEach(() => {
    ledger = new EventStoreFixture(server.newLedger());
  });

  afterEach(() => ledger.remove());

  /** Appends events of another program, 1,000 at a time. */
  const appendForeign = async (times: number, meanwhile: () => Promise<void> = async () => undefined) => {
    const client = EventStoreDBClient.connectionString(server.connection);
    const foreign = () => Array.from({ length: 1_000 }, () => jsonEvent({ type: 'other', data: {} }));
    for (let i = 0; i < times; i++) {
      const stream = `other-${crypto.randomUUID()}`;
      await client.appendToStream(stream, foreign(), { expectedRevision: 'no_stream' });
      await meanwhile();
    }
    await client.dispose();
  };

  it('rule 2: on a conflict the stream’s end tells whether the event is there', async () => {
    const [one, other] = [await ledger.store(), await ledger.store()];
    const shared = newEvent('customer-default.a', 'shared');
    const [first] = await one.append({ events: [shared] });
    // The other's index may have it already or not: the answer is the same.
    expect(await other.append({ events: [shared, newEvent('customer-default.a', 'new')] })).toMatchObject([
      { ...first, status: 'duplicate' },
      { status: 'recorded', revision: 1 },
    ]);
    const reused = newEvent('customer-default.a', 'new', { content: 'other' });
    expect(await one.append({ events: [reused] })).toMatchObject([{ status: 'reused' }]);
  });

  it('rule 2: of two servers that record one id with different content at once, one is told that it is used', async () => {
    const [one, other] = [await ledger.store(), await ledger.store()];
    for (let i = 0; i < 30; i++) {
      const event = newEvent(`customer-default.${i}`, `${i}`);
      const differing = newEvent(`customer-default.${i}`, `${i}`, { content: 'other' });
      const outcomes = await Promise.all([
        one.append({ events: [event] }),
        other.append({ events: [differing] }),
      ]);
      expect(
        outcomes
          .flat()
          .map(({ status }) => status)
          .sort(),
      ).toEqual(['recorded', 'reused']);
    }
  });

  it('rule 2: with throwOnAppendFailure=false in the connection string a conflict is one all the same', async () => {
    const quiet = new EventStoreFixture(`${ledger.connection}&throwOnAppendFailure=false`);
    const [one, other] = [await quiet.store(), await quiet.store()];
    for (let i = 0; i < 20; i++)
      await Promise.all([
        one.append({ events: newEvents('customer-default.a', `one-${i}`, 2) }),
        other.append({ events: newEvents('customer-default.a', `other-${i}`, 2) }),
      ]);
    const stored = await one.readStream('customer-default.a', 0, 100);
    const ids = Array.from({ length: 20 }, (_, i) => [`one-${i}`, `other-${i}`]).flat();
    expect(stored.map(({ bytes }) => idOf(bytes)).sort()).toEqual(
      ids.flatMap((id) => [`${id}-0`, `${id}-1`]).sort(),
    );
    await quiet.remove();
  });

  it('rule 4: reads that want less than there is leave nothing open', async () => {
    const store = await ledger.store();
    await store.append({ events: newEvents('customer-default.a', 'x', 50) });
    for (let i = 0; i < 150; i++) {
      await store.readStream('customer-default.a', i % 40, 1);
      if (i % 5 === 0) await store.readAll({ after: START, limit: 1 });
    }
    expect(await store.append({ events: [newEvent('customer-default.a', 'y')] })).toMatchObject([
      { status: 'recorded' },
    ]);
  });

  it('rule 5: what is scanned is never ahead of what was taken', async () => {
    const store = await ledger.store();
    const positions: Position[] = [];
    await appendForeign(5, async () => {
      for (const outcome of await store.append({
        events: newEvents('customer-default.a', `${positions.length}`, 40),
      }))
        if (outcome.status === 'recorded') positions.push(outcome.position);
    });
    const connection = new EventStoreDbConnection(ledger.connection, TEST_LIMITS);
    const feed = await AllFeed.open(connection, START);
    for (const [i, position] of positions.entries()) {
      if (i % 7 === 0) await feed.more(1_000);
      // Nothing that is still to be taken counts as scanned.
      expect(feed.scannedTo).toBeLessThan(position);
      await until('the next event waits', () => feed.isWaiting);
      expect(feed.take()?.position).toBe(position);
    }
    await feed.close();
    await connection.close();
  });

  it('rule 5: the checkpoint of a range without our events is used', async () => {
    const store = await ledger.store();
    await appendForeign(5);
    const page = await store.readAll({ after: START, limit: 10 });
    expect(page).toMatchObject({ events: [], atEnd: true });
    expect(page.scannedTo).toBeGreaterThan(START);
  });

  it('rule 6: the ledger’s last event is found where other programs have written thousands since', async () => {
    const indexFolder = ledger.folder();
    const store = await ledger.store({ folder: indexFolder });
    await store.append({ events: newEvents('customer-default.a', 'x', 3) });
    const head = await store.head();
    await until('the index has them', async () => (await store.distance(START, head)) === 3);
    await appendForeign(5);
    const reader = ledger.reader(indexFolder);
    expect(await reader.head()).toBe(head);
    const page = await reader.readAll({ after: START, limit: 10 });
    expect(page.events.map(({ bytes }) => idOf(bytes))).toEqual(['x-0', 'x-1', 'x-2']);
  });

  it('11.1: what was known at a time counts events that the index does not have yet', async () => {
    const folder = ledger.folder();
    const at = (id: string, millis: number) =>
      newEvent('customer-default.a', id, { at: FIRST_INSTANT + millis });
    await (await ledger.store({ folder })).append({ events: [at('a', 10)] });
    await ledger.close();
    // From here on nothing fills the index in the folder.
    const store = await ledger.store();
    await store.append({ events: [at('b', 20), at('c', 20)] });
    await store.append({ events: [at('d', 30)] });
    const { events } = await readToEnd(store, START);
    const positions = [START, ...events.map(({ position }) => position)];
    const reader = ledger.reader(folder);
    const known: [number, number][] = [
      [9, 0],
      [10, 1],
      [19, 1],
      [20, 3],
      [29, 3],
      [30, 4],
      [99, 4],
    ];
    for (const [time, count] of known)
      expect(await reader.positionAt(FIRST_INSTANT + time)).toBe(positions[count]);
  });

  it('11.1: the thread that fills the index is started again when it is lost, and knows what was recorded meanwhile', async () => {
    const store = await ledger.store();
    const mine = newEvents('customer-default.a', 'mine', 3);
    const first = await store.append({ events: mine });
    await crash((store as unknown as { parts: { index: { thread: unknown } } }).parts.index.thread);
    await expect(store.checkWritable()).rejects.toMatchObject({ code: 'thread-lost' });
    await expect(store.append({ events: mine })).rejects.toMatchObject({ code: 'thread-lost' });
    const theirs = newEvents('customer-default.b', 'theirs', 20);
    const second = await (await ledger.store()).append({ events: theirs });
    await until('the thread is back', () =>
      store.checkWritable().then(...([() => true, () => false] as const)),
    );
    // Before the index has them, the server itself takes all of another server's events for the first appending.
    const last = theirs.at(-1)!.eventId;
    await until('the index has theirs', async () => (await store.find(last)) !== undefined);
    const again = await store.append({ events: [...mine, ...theirs, newEvent('customer-default.c', 'new')] });
    expect(again).toMatchObject([
      ...[...first, ...second].map((outcome) => ({ ...outcome, status: 'duplicate' })),
      { status: 'recorded', revision: 0 },
    ]);
  });

  it('rule 8: a position at which the store has no event is noticed', async () => {
    const store = await ledger.store();
    const [first] = await store.append({ events: newEvents('customer-default.a', 'x', 3) });
    if (first?.status !== 'recorded') throw new Error('not recorded');
    const within = storedPosition(first.position + 1n);
    await expect(store.readAll({ after: within, limit: 10 })).rejects.toMatchObject({ code: 'store-reset' });
    expect(await store.readAt(within)).toBeUndefined();
  });

  it.each([NaN, Infinity, 0.5])(
    'rule 9: an event that cannot be serialised is refused before anything is sent (recordedAt %p)',
    async (at) => {
      const store = await ledger.store();
      const append = store.append({ events: [newEvent('customer-default.a', 'x', { at })] });
      await expect(append).rejects.toMatchObject({ code: 'invalid-event' });
      expect(await store.streamHead('customer-default.a')).toBe('no-stream');
    },
  );
});
