import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { EmbeddedEventStore } from '#engines/sqlite';
import { StoreFault } from '#event-sourcing';
import { Api } from '../kit/api.js';
import { startServer, type TestServer } from '../kit/server.js';
import { until } from '../kit/until.js';
import { readAcknowledged, sayAcknowledged, type Acknowledgement } from './acknowledgement.js';
import { describeWithSmallDisk } from './describe-with-small-disk.js';
import { judge } from './judge.js';
import { findEvents, untilViewsShow } from './ledger-found.js';
import { Promises } from './promises.js';
import { HttpPublisher } from './publisher.js';
import { Random } from './random.js';
import { SmallDisk } from './small-disk.js';
import { ToldTouchpoints } from './told-touchpoints.js';
import { workloadOf } from './workload.js';

describeWithSmallDisk('a disk without room', () => {
  const workload = workloadOf(7, 300);
  let disk: SmallDisk;
  let server: TestServer | undefined;

  beforeEach(() => {
    disk = SmallDisk.mount(64);
  });
  afterEach(async () => {
    await server?.kill();
    server = undefined;
    disk.remove();
  });

  it('is told to writers of the store; nothing acknowledged is lost, and it goes on when there is room', async () => {
    const folder = join(disk.path, 'data');
    const acknowledged: Acknowledgement[] = [];
    const open = () => EmbeddedEventStore.open({ folder, memtableEvents: 256, checkpointBytes: 512 * 1024 });
    let store = await open();
    const send = async (request: number) => {
      const outcomes = await store.append({ events: workload.requests[request]! });
      acknowledged.push(readAcknowledged(sayAcknowledged(request, outcomes))!);
    };
    await send(0);
    disk.fillBut(3);
    let request = 1;
    let fault: unknown;
    for (; fault === undefined && request < workload.requests.length; request++)
      await send(request).catch((error: unknown) => (fault = error));
    expect(fault).toBeInstanceOf(StoreFault);
    expect(fault).toMatchObject({ code: 'store-full' });
    const recorded = acknowledged.length;
    expect(recorded).toBeGreaterThan(5);

    disk.makeRoom();
    await send(request - 1);
    for (; request < workload.requests.length; request++) await send(request);
    await store.close();
    expect(acknowledged).toHaveLength(workload.requests.length);
    const known = { workload, acknowledged, sent: workload.requests.length };
    expect(await judge(folder, known, new Random(1))).toMatchObject({ lost: 0, duplicated: 0, wrong: [] });
    store = await open();
    await store.close();
  }, 120_000);

  it('keeps what was acknowledged through a start without room', async () => {
    const folder = join(disk.path, 'data');
    const acknowledged: Acknowledgement[] = [];
    const store = await EmbeddedEventStore.open({ folder });
    for (let request = 0; request < 30; request++) {
      const outcomes = await store.append({ events: workload.requests[request]! });
      acknowledged.push(readAcknowledged(sayAcknowledged(request, outcomes))!);
    }
    disk.fillBut(0);
    // Closing has the index to write, for which there is no room: it may say so.
    await store.close().catch((error: unknown) => expect(error).toBeInstanceOf(StoreFault));
    const opened = await EmbeddedEventStore.open({ folder }).catch((error: unknown) => error);
    if (opened instanceof EmbeddedEventStore)
      await opened.close().catch((error: unknown) => expect(error).toBeInstanceOf(StoreFault));
    else expect(opened).toBeInstanceOf(StoreFault);
    disk.makeRoom();
    const verdict = await judge(folder, { workload, acknowledged, sent: 30 }, new Random(2));
    expect(verdict).toMatchObject({ lost: 0, duplicated: 0, wrong: [] });
  }, 120_000);

  it('that is read-only is said at the start, and all is there when it can be written again', async () => {
    const folder = join(disk.path, 'data');
    const store = await EmbeddedEventStore.open({ folder });
    const outcomes = await store.append({ events: workload.requests[0]! });
    await store.close();
    disk.setReadOnly(true);
    await expect(EmbeddedEventStore.open({ folder })).rejects.toMatchObject({ code: 'store-not-writable' });
    disk.setReadOnly(false);
    const acknowledged = [readAcknowledged(sayAcknowledged(0, outcomes))!];
    const verdict = await judge(folder, { workload, acknowledged, sent: 1 }, new Random(3));
    expect(verdict).toMatchObject({ acknowledged: outcomes.length, lost: 0, duplicated: 0, wrong: [] });
  });

  it('makes the server refuse events and answer reads; it goes on by itself when there is room', async () => {
    server = await startServer({ folder: join(disk.path, 'data') });
    const api = Api.of(server);
    const promises = new Promises();
    const publisher = new HttpPublisher(async () => api, promises);
    const told = new ToldTouchpoints('disk', new Random(4), 20, Date.now());
    const batch = () => Array.from({ length: 50 }, () => told.next());
    const customers = Array.from({ length: 21 }, (_, i) => `c-${i + 1}`);
    expect(await publisher.send(batch())).toBe(true);
    disk.fillBut(2);
    let refused = batch();
    for (let sent = 0; await publisher.send(refused); refused = batch()) expect(++sent).toBeLessThan(500);
    const form = { 'content-type': 'application/cloudevents-batch+json' };
    const answer = await api.ask('/v1/events', { body: JSON.stringify(refused), headers: form });
    expect(answer.status).toBe(503);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    // Publishers are told to wait; what is the matter, and where, is the operator's to know.
    expect(answer.body.type).toMatch(/:store-unavailable$/);
    expect(answer.headers.get('retry-after')).not.toBeNull();
    // Not the projector's words about the views: the recording's own.
    await until('the operator is told', () => /StoreFault: no room left to write/.test(server!.output()));
    expect((await api.ask('/health/live')).status).toBe(200);
    // C12: a balancer sends no more here.
    const notReady = await api.ask('/health/ready');
    expect([notReady.status, notReady.body.detail]).toEqual([503, 'not working now: recording (store-full)']);
    expect((await api.ask('/v1/audit/customers/c-1/events?limit=1')).status).toBe(200);
    // What cannot be recorded as read is not shown: where a batch finds no room, some readings still may.
    const open = () => api.ask('/v1/audit/customers/c-1/events?limit=1&open=true');
    let opened = await open();
    for (let read = 0; opened.status === 200; opened = await open()) expect(++read).toBeLessThan(500);
    expect([opened.status, opened.body.items]).toEqual([503, undefined]);

    disk.makeRoom();
    await until('it is ready again', async () => (await api.ask('/health/ready')).status === 200);
    await until('what was refused is taken', () => publisher.send(refused));
    const finding = await findEvents(api, customers, promises);
    expect(finding).toMatchObject({ lost: 0, duplicated: 0, wrong: [] });
    await untilViewsShow(api, finding.lastPosition, 60_000);
    expect(await server.stop()).toBe(0);
  }, 180_000);
});
