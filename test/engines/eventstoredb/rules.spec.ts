import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Position, START, storedPosition } from '#event-sourcing';
import type { EventReader, StoredEvent } from '#event-store';
import { AllFeed, EventStoreDbConnection } from '#engines/eventstoredb';
import { selfSigned } from '../../kit/certificate.js';
import { EventStoreFixture, TEST_LIMITS } from '../../kit/eventstore-fixture.js';
import type { AppendObserver, SeenAppend } from '../../kit/eventstoredb-double/append-service.js';
import { EventStoreDouble } from '../../kit/eventstoredb-double/double.js';
import { freePort } from '../../kit/free-port.js';
import { crash } from '../../kit/lost-thread.js';
import { FIRST_INSTANT, idOf, newEvent, newEvents } from '../../kit/new-events.js';
import { until } from '../../kit/until.js';

/** These rules are looked at from within the server, so they run on the double alone. */
describe('the ten rules of EventStoreDB', () => {
  let folder: string;
  let port: number;
  let double: EventStoreDouble;
  let ledger: EventStoreFixture;
  let appends: SeenAppend[];
  let observe: AppendObserver;
  const own = () => appends.filter(({ stream }) => stream.startsWith('customer-'));

  const start = async () => {
    double = await EventStoreDouble.start({
      ...{ folder, port, stopMillis: 0 },
      observe: (append) => {
        appends.push(append);
        return observe(append);
      },
    });
  };

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cx-double-'));
    port = await freePort();
    appends = [];
    observe = () => 'answer';
    await start();
    ledger = new EventStoreFixture(`esdb://127.0.0.1:${port}?tls=false`);
  });

  afterEach(async () => {
    await ledger.remove();
    await double.stop();
    rmSync(folder, { recursive: true });
  });

  it('rule 1: every append names an exact revision or NO_STREAM', async () => {
    const [one, other] = [await ledger.store(), await ledger.store()];
    await one.append({ events: newEvents('customer-default.a', 'a', 3) });
    await other.append({
      events: [newEvent('customer-default.a', 'b'), newEvent('customer-default.c', 'c')],
    });
    await one.append({ events: [newEvent('customer-default.a', 'd')] });
    expect(appends.length).toBeGreaterThanOrEqual(4);
    for (const { expected } of appends) expect(['any', 'stream_exists']).not.toContain(expected);
    expect(await one.streamHead('customer-default.a')).toBe(4);
  });

  it('rule 2: an unknown outcome is tried again with the same ids at the same revision, and recorded once', async () => {
    const store = await ledger.store({ limits: { attemptMillis: 200, callMillis: 10_000 } });
    await store.append({ events: [newEvent('customer-default.a', 'first')] });
    let kept = 0;
    observe = () => (kept++ < 2 ? 'silent' : 'answer');
    const events = newEvents('customer-default.a', 'x', 2);
    const outcomes = await store.append({ events });
    expect(outcomes.map((outcome) => 'revision' in outcome && outcome.revision)).toEqual([1, 2]);
    // A machine that is busy lets one deadline more pass.
    const tries = own().filter(({ ids }) => ids.length === 2);
    expect(tries.length).toBeGreaterThanOrEqual(3);
    for (const { expected, ids } of tries) {
      expect(expected).toBe(0n);
      expect(ids).toEqual(tries[0]!.ids);
    }
    expect((await store.readStream('customer-default.a', 0, 10)).map(({ bytes }) => idOf(bytes))).toEqual([
      'first',
      'x-0',
      'x-1',
    ]);
  });

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
    const quiet = new EventStoreFixture(`esdb://127.0.0.1:${port}?tls=false&throwOnAppendFailure=false`);
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

  it('rule 2: a repeat in a stream that somebody has deleted meanwhile is not acknowledged, nor at a revision that it does not have', async () => {
    const store = await ledger.store({ limits: { attemptMillis: 500, callMillis: 10_000 } });
    const client = EventStoreDBClient.connectionString(`esdb://127.0.0.1:${port}?tls=false`);
    const appendAndDelete = async (stream: string, count: number) => {
      let tries = 0;
      observe = (append) => {
        if (append.stream !== stream || ++tries > 1) return 'answer';
        // It is written and not answered, and deleted before it is tried again.
        setTimeout(() => void client.deleteStream(stream), 10);
        return 'silent';
      };
      return store.append({ events: newEvents(stream, `${stream}-x`, count) });
    };
    for (const count of [1, 3]) {
      const stream = `customer-default.${count}`;
      await store.append({ events: [newEvent(stream, `${stream}-before`)] });
      await expect(appendAndDelete(stream, count)).rejects.toMatchObject({ code: 'stream-deleted' });
    }
    // Without an earlier event the server goes on behind what was deleted.
    const outcomes = await appendAndDelete('customer-default.new', 2);
    const stored = await store.readStream('customer-default.new', 0, 10);
    expect(stored).toHaveLength(2);
    expect(outcomes).toEqual(
      stored.map(({ position, revision }) => ({ status: 'recorded', position, revision })),
    );
    await client.dispose();
  });

  it('rule 3: a call that gets no answer ends by a deadline of our own, as an unknown outcome', async () => {
    const store = await ledger.store({ limits: { attemptMillis: 100, callMillis: 400 } });
    observe = () => 'silent';
    const event = newEvent('customer-default.a', 'x');
    await expect(store.append({ events: [event] })).rejects.toMatchObject({ code: 'store-unreachable' });
    observe = () => 'answer';
    expect((await store.append({ events: [event] }))[0]).toMatchObject({ revision: 0 });
    expect(await store.readStream('customer-default.a', 0, 10)).toHaveLength(1);
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
    expect(double.openCalls).toBeLessThan(10);
  });

  it('rule 4: 300 reads at once stay below the streams of a connection', async () => {
    const store = await ledger.store();
    await store.append({ events: newEvents('customer-default.a', 'x', 50) });
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, double.openCalls)), 1);
    await Promise.all(
      Array.from({ length: 300 }, (_, i) => store.readStream('customer-default.a', i % 50, 9)),
    );
    clearInterval(watch);
    expect(most).toBeLessThan(90);
  });

  it('rule 5: what is scanned is never ahead of what was taken', async () => {
    const store = await ledger.store();
    const client = EventStoreDBClient.connectionString(`esdb://127.0.0.1:${port}?tls=false`);
    const foreign = Array.from({ length: 500 }, () => jsonEvent({ type: 'other', data: {} }));
    const positions: Position[] = [];
    for (let i = 0; i < 10; i++) {
      await client.appendToStream(`other-${i}`, foreign, { expectedRevision: 'no_stream' });
      for (const outcome of await store.append({ events: newEvents('customer-default.a', `${i}`, 20) }))
        if (outcome.status === 'recorded') positions.push(outcome.position);
    }
    await client.dispose();
    const connection = new EventStoreDbConnection(`esdb://127.0.0.1:${port}?tls=false`, TEST_LIMITS);
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
    const client = EventStoreDBClient.connectionString(`esdb://127.0.0.1:${port}?tls=false`);
    const foreign = Array.from({ length: 1_000 }, () => jsonEvent({ type: 'other', data: {} }));
    for (let i = 0; i < 5; i++)
      await client.appendToStream(`other-${i}`, foreign, { expectedRevision: 'no_stream' });
    await client.dispose();
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
    const client = EventStoreDBClient.connectionString(`esdb://127.0.0.1:${port}?tls=false`);
    const foreign = Array.from({ length: 1_000 }, () => jsonEvent({ type: 'other', data: {} }));
    for (let i = 0; i < 5; i++)
      await client.appendToStream(`other-${i}`, foreign, { expectedRevision: 'no_stream' });
    await client.dispose();
    const reader = ledger.reader(indexFolder);
    expect(await reader.head()).toBe(head);
    const page = await reader.readAll({ after: START, limit: 10 });
    expect(page.events.map(({ bytes }) => idOf(bytes))).toEqual(['x-0', 'x-1', 'x-2']);
  });

  it('rule 6: subscriptions are filtered by the server, with a window of thousands', async () => {
    const store = await ledger.store();
    await store.readAll({ after: START, limit: 1 });
    const filters = double.subscriptions.map((options) => options.getFilter());
    expect(filters.length).toBeGreaterThanOrEqual(2);
    for (const filter of filters) {
      expect(filter?.getStreamIdentifier()?.getPrefixList()).toEqual(['customer-', 'tenant-', 'access-']);
      expect(filter?.getMax()).toBeGreaterThanOrEqual(1_000);
    }
  });

  it('rule 7: reading goes on behind the last event, whatever ended the subscription', async () => {
    const [store, reader] = [await ledger.store(), ledger.reader()];
    const read: string[] = [];
    let after = START;
    const readOn = async () => {
      const page = await readToEnd(reader, after);
      after = page.scannedTo;
      read.push(...page.events.map(({ bytes }) => idOf(bytes)));
    };
    const append = (id: string) => store.append({ events: [newEvent('customer-default.a', id)] });
    await append('1');
    await readOn();
    double.endReads();
    await append('2');
    await readOn();
    await double.stop();
    await start();
    await append('3');
    await readOn();
    expect(read).toEqual(['1', '2', '3']);
    // The index has followed too.
    await until(
      'the index has all three',
      async () => (await store.distance(START, await store.head())) === 3,
    );
  });

  it('rule 7: a server that ended while the client learnt its features does not spoil the client', async () => {
    // The client keeps such a failure for good, and every append of it fails with it.
    double.featureFailures.left = 2;
    const store = await ledger.store();
    expect(await store.append({ events: [newEvent('customer-default.a', '1')] })).toMatchObject([
      { status: 'recorded' },
    ]);
  });

  it('11.1: which of many customers have events is asked with one read, whoever has appended', async () => {
    const [one, other] = [await ledger.store(), await ledger.store()];
    await one.append({ events: [newEvent('customer-default.mine', 'mine')] });
    const streams = Array.from({ length: 100 }, (_, i) => `customer-default.${i}`);
    for (const number of [7, 8, 9]) {
      await other.append({ events: newEvents(`customer-default.${number}`, `theirs-${number}`, 2) });
      const before = double.readsBegun;
      const found = await one.withEvents([...streams, 'customer-default.mine']);
      const theirs = [7, 8, 9].filter((had) => had <= number).map((had) => `customer-default.${had}`);
      expect(found).toEqual(new Set([...theirs, 'customer-default.mine']));
      // One, and what the two indexes ask meanwhile to see whether the server is there: not one for each customer.
      expect(double.readsBegun - before).toBeLessThan(10);
    }
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

  it('rule 8: a store that was replaced is noticed, by a reader and by the index', async () => {
    const indexFolder = ledger.folder();
    const store = await ledger.store({ folder: indexFolder });
    await store.append({ events: newEvents('customer-default.a', 'x', 30) });
    const head = await store.head();
    await until('the index is filled', async () => (await store.distance(START, head)) === 30);
    await ledger.close();
    await double.stop();
    rmSync(join(folder, 'log.bin'));
    await start();
    await expect(ledger.reader().readAll({ after: head, limit: 10 })).rejects.toMatchObject({
      code: 'store-reset',
    });
    // Other data have another id: the index of the old ones is emptied.
    const replaced = await ledger.store({ folder: indexFolder });
    expect(replaced.storeId).not.toBe(store.storeId);
    expect(await replaced.find(newEvent('s', 'x-0').eventId)).toBeUndefined();
  });

  it('rule 8: a position at which the store has no event is noticed', async () => {
    const store = await ledger.store();
    const [first] = await store.append({ events: newEvents('customer-default.a', 'x', 3) });
    if (first?.status !== 'recorded') throw new Error('not recorded');
    const within = storedPosition(first.position + 1n);
    await expect(store.readAll({ after: within, limit: 10 })).rejects.toMatchObject({ code: 'store-reset' });
    expect(await store.readAt(within)).toBeUndefined();
  });

  it('rule 8: a store that is replaced under a running ledger takes nothing more from it', async () => {
    const store = await ledger.store();
    await store.append({ events: newEvents('customer-default.a', 'x', 30) });
    await double.stop();
    rmSync(join(folder, 'log.bin'));
    appends = [];
    await start();
    for (const stream of ['customer-default.a', 'customer-default.new'])
      await expect(store.append({ events: [newEvent(stream, stream)] })).rejects.toMatchObject({
        code: 'store-reset',
      });
    await expect(store.checkWritable()).rejects.toMatchObject({ code: 'store-reset' });
    expect(own()).toEqual([]);
  });

  it.each([NaN, Infinity, 0.5])(
    'rule 9: an event that cannot be serialised is refused before anything is sent (recordedAt %p)',
    async (at) => {
      const store = await ledger.store();
      const append = store.append({ events: [newEvent('customer-default.a', 'x', { at })] });
      await expect(append).rejects.toMatchObject({ code: 'invalid-event' });
      expect(own()).toEqual([]);
    },
  );

  it('rule 10: credentials come from the connection string, and appends share one stream', async () => {
    ledger = new EventStoreFixture(`esdb://admin:s3cret-word@127.0.0.1:${port}?tls=false`);
    const store = await ledger.store();
    await store.append({ events: newEvents('customer-default.a', 'x', 3) });
    expect(own().map(({ by }) => by)).toEqual(['batch']);
    await double.stop();
    const failed = store.checkWritable();
    await expect(failed).rejects.toMatchObject({ code: 'store-unreachable' });
    await expect(failed).rejects.not.toThrow(/s3cret/);
    await start();
  });
});

describe('connections to EventStoreDB', () => {
  let folder: string;
  const { key, certificate } = selfSigned('eventstore');

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cx-double-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it('give positions beyond 2^53 back exactly', async () => {
    const port = await freePort();
    const double = await EventStoreDouble.start({
      folder,
      port,
      stopMillis: 0,
      firstPosition: 2n ** 60n + 1n,
    });
    const ledger = new EventStoreFixture(`esdb://127.0.0.1:${port}?tls=false`);
    const store = await ledger.store();
    const events = newEvents('customer-default.a', 'x', 3);
    const outcomes = await store.append({ events });
    const positions = outcomes.map((outcome) => (outcome.status === 'recorded' ? outcome.position : START));
    for (const position of positions) expect(position).toBeGreaterThan(2n ** 60n);
    await until('the index has them', async () => (await store.distance(START, positions[2]!)) === 3);
    expect(await store.append({ events })).toEqual(
      outcomes.map((outcome) => ({ ...outcome, status: 'duplicate' })),
    );
    expect(await store.distance(positions[0]!, positions[2]!)).toBe(2);
    expect(await store.positionAt(events[0]!.recordedAt)).toBe(positions[2]);
    expect(await store.positionAt(events[0]!.recordedAt - 1)).toBe(START);
    expect(idOf((await store.readAt(positions[1]!))!.bytes)).toBe('x-1');
    const page = await store.readAll({ after: positions[0]!, limit: 10 });
    expect(page.events.map(({ position }) => position)).toEqual(positions.slice(1));
    await ledger.remove();
    await double.stop();
  });

  async function appendsOver(connection: (port: number) => string, tls = false): Promise<EventStoreDouble> {
    const port = await freePort();
    const double = await EventStoreDouble.start({
      ...{ folder, port, stopMillis: 0 },
      ...(tls && { tls: { key, cert: certificate } }),
    });
    const ledger = new EventStoreFixture(connection(port));
    try {
      const store = await ledger.store();
      const [outcome] = await store.append({ events: [newEvent('customer-default.a', 'x')] });
      expect(outcome).toMatchObject({ status: 'recorded', revision: 0 });
      expect((await store.readAll({ after: START, limit: 10 })).events).toHaveLength(1);
    } finally {
      await ledger.remove();
      await double.stop();
    }
    return double;
  }

  it('find the node of a cluster, by several hosts and by discovery', async () => {
    await appendsOver((port) => `esdb://127.0.0.1:${port},127.0.0.1:9?tls=false`);
    rmSync(join(folder, 'log.bin'));
    await appendsOver((port) => `esdb+discover://127.0.0.1:${port}?tls=false`);
  });

  it('speak TLS, trust the authority of the connection string alone, and send its credentials', async () => {
    const authority = join(folder, 'ca.pem');
    writeFileSync(authority, certificate);
    const double = await appendsOver(
      (port) => `esdb://admin:changeit@127.0.0.1:${port}?tls=true&tlsCAFile=${authority}`,
      true,
    );
    expect(double.authorizations).toContain(`Basic ${Buffer.from('admin:changeit').toString('base64')}`);
  });

  it('are refused by a server whose certificate is not trusted', async () => {
    const port = await freePort();
    const double = await EventStoreDouble.start({
      folder,
      port,
      stopMillis: 0,
      tls: { key, cert: certificate },
    });
    const ledger = new EventStoreFixture(`esdb://admin:s3cret-word@127.0.0.1:${port}?tls=true`);
    const failed = ledger.store({ limits: { attemptMillis: 300, callMillis: 600 } });
    await expect(failed).rejects.toMatchObject({ code: 'store-unreachable' });
    await expect(failed).rejects.not.toThrow(/s3cret/);
    await ledger.remove();
    await double.stop();
  });
});

async function readToEnd(reader: EventReader, from: Position) {
  const events: StoredEvent[] = [];
  for (let after = from; ;) {
    const page = await reader.readAll({ after, limit: 100 });
    events.push(...page.events);
    after = page.scannedTo;
    if (page.atEnd) return { events, scannedTo: after };
  }
}
