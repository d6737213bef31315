import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient } from '@eventstore/db-client';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { acceptLoss } from '#engines/eventstoredb';
import { kafkaClient, Relay } from '#engines/kafka';
import { lastIndexedEvent } from '#engines/sqlite';
import { type Position, START, storedPosition } from '#event-sourcing';
import { RelayPositions } from '#event-store';
import { MemoryReadModel } from '#projector';
import { selfSigned } from '../../kit/certificate.js';
import { EventStoreFixture, readToEnd } from '../../kit/eventstore-fixture.js';
import type { AppendObserver, SeenAppend } from '../../kit/eventstoredb-double/append-service.js';
import { EventStoreDouble } from '../../kit/eventstoredb-double/double.js';
import { freePort } from '../../kit/free-port.js';
import { FIRST_INSTANT, idOf, newEvent, newEvents } from '../../kit/new-events.js';
import { projectorOf } from '../../kit/projected.js';
import { SILENT } from '../../kit/silent-log.js';
import { until } from '../../kit/until.js';

/** Of a relay that begins at the log's first event, and is the only one. */
class FreePositions extends RelayPositions {
  override get = () => Promise.resolve(START);
  override set = () => Promise.resolve();
}

/** These rules are looked at from within the server, so they run on the double alone; the others: rules.spec. */
describe('the ten rules of EventStoreDB, seen from inside the server', () => {
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

  it('11.1: the index asks the server for nothing between two events that are apart', async () => {
    const store = await ledger.store();
    const before = double.readsBegun;
    for (let i = 1; i <= 30; i++) {
      // The second comes soon after the first was written, and waits for the next write.
      await store.append({ events: [newEvent('customer-default.a', `${i}-a`)] });
      const [second] = await store.append({ events: [newEvent('customer-default.a', `${i}-b`)] });
      if (second?.status !== 'recorded') throw new Error('not recorded');
      const { position } = second;
      await until('both are in the index', async () => (await store.distance(START, position)) === 2 * i);
    }
    // A server that is silent for seconds is asked whether it is there.
    expect(double.readsBegun - before).toBeLessThan(5);
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

  it('rule 8: a store to which an older backup is restored under a running ledger takes nothing more from it', async () => {
    const indexFolder = ledger.folder();
    const store = await ledger.store({ folder: indexFolder });
    const log = join(folder, 'log.bin');
    const restored = async (from: string) => {
      await double.stop();
      copyFileSync(from, log);
      appends = [];
      await start();
    };
    await store.append({ events: [newEvent('customer-default.a', 'a')] });
    await double.stop();
    copyFileSync(log, `${log}.older`);
    await start();
    await store.append({ events: [newEvent('customer-default.b', 'b')] });
    const head = await store.head();
    await until('the index is filled', async () => (await store.distance(START, head)) === 2);
    copyFileSync(log, `${log}.newer`);
    await restored(`${log}.older`);
    const refused = { code: 'store-reset' };
    const append = (id: string) => store.append({ events: [newEvent(`customer-default.${id}`, id)] });
    await expect(append('c')).rejects.toMatchObject(refused);
    await expect(store.checkWritable()).rejects.toMatchObject(refused);
    expect(own()).toEqual([]);
    // A server that knows nothing of the lost event records another one in its place, as long as it was.
    const other = await ledger.store();
    const [placed] = await other.append({ events: [newEvent('customer-default.d', 'd')] });
    expect(placed).toMatchObject({ position: head });
    await expect(append('c')).rejects.toMatchObject(refused);
    await ledger.close();
    await expect(ledger.store({ folder: indexFolder })).rejects.toMatchObject(refused);
    const known = lastIndexedEvent(indexFolder);
    await restored(`${log}.newer`);
    await expect(acceptLoss(ledger.connection, known)).rejects.toMatchObject({ code: 'nothing-lost' });
    await restored(`${log}.older`);
    const newId = await acceptLoss(ledger.connection, known);
    expect(newId).not.toBe(store.storeId);
    const going = await ledger.store({ folder: indexFolder });
    expect(going.storeId).toBe(newId);
    expect(await going.find(newEvent('', 'b').eventId)).toBeUndefined();
    expect(await going.find(newEvent('', 'a').eventId)).toBeDefined();
    await ledger.close();
    await restored(`${log}.newer`);
    const again = await ledger.store({ folder: indexFolder });
    const outcomes = await again.append({ events: [newEvent('customer-default.c', 'c')] });
    expect(outcomes).toMatchObject([{ status: 'recorded', revision: 0 }]);
  });

  it('rule 8: views that were read from lost data are made anew, also where the restored data go on beyond them', async () => {
    const log = join(folder, 'log.bin');
    const readModel = new MemoryReadModel([]);
    const logged: string[] = [];
    const project = async () => {
      const parts = { readModel, clock: { now: () => FIRST_INSTANT }, tables: [], logged };
      const projector = projectorOf({ ...parts, events: ledger.reader() });
      await projector.catchUp();
      return (await projector.status()).position;
    };
    await (await ledger.store()).append({ events: [newEvent('customer-default.a', 'a')] });
    await ledger.close();
    await double.stop();
    copyFileSync(log, `${log}.older`);
    await start();
    const lost = newEvent('customer-default.b', 'b', { content: 'longer than what takes its place' });
    await (await ledger.store()).append({ events: [lost, newEvent('customer-default.b', 'last')] });
    await project();
    await ledger.close();
    await double.stop();
    copyFileSync(`${log}.older`, log);
    await start();
    const store = await ledger.store();
    await store.append({ events: newEvents('customer-default.c', 'c', 4) });
    logged.length = 0;
    expect(await project()).toBe(await store.head());
    expect(logged[0]).toMatch(/^the views are deleted and built anew: the event store has no event where/);
  });

  it('rule 8: a relay that may go to where no event is goes to the last before it, and on from there', async () => {
    const store = await ledger.store();
    const [one, two] = await store.append({ events: newEvents('customer-default.a', 'x', 2) });
    const [first, last] = [one, two].map((outcome) => (outcome as { position: Position }).position);
    let limit = storedPosition(first! + 1n);
    const relay = new Relay({
      ...{ name: 'cx.views', topic: 'cx.views', log: SILENT, events: ledger.reader() },
      kafka: kafkaClient({ brokers: ['127.0.0.1:1'] }, SILENT),
      positions: new FreePositions(),
      content: { messagesOf: () => [], limit: () => Promise.resolve(limit) },
    });
    const sentTo = (position: Position) => relay.status().sentTo === String(position);
    relay.start();
    await until('the first event', () => sentTo(first!));
    limit = last!;
    relay.wake();
    await until('the last event', () => sentTo(last!));
    await relay.stop();
  });

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
