import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { type Position, START } from '#event-sourcing';
import type { EventReader, EventStore } from '#event-store';
import { CuttingProxy } from '../../kit/cutting-proxy.js';
import { describeWithOwnEventStore } from '../../kit/describe-with-own-eventstore.js';
import { EventStoreFixture } from '../../kit/eventstore-fixture.js';
import { EventStoreServer } from '../../kit/eventstore-server.js';
import { idOf, newEvent } from '../../kit/new-events.js';
import { until } from '../../kit/until.js';

const WRITERS = 12;
/** Appends that have to work again after a fault. */
const GOES_ON = 60;
/** Within which they have to, ms. */
const RECOVERY = 10_000;

interface Acknowledged {
  readonly id: string;
  readonly revision: number;
  readonly position: Position;
}

/** Appends to a stream of its own and to a shared one, one event after the other, and notes what is acknowledged. */
class Writers {
  readonly acknowledged = new Map<string, Acknowledged[]>();
  count = 0;
  private stopping = false;
  private readonly running: Promise<void>[];

  constructor(private readonly store: EventStore) {
    this.running = Array.from({ length: WRITERS }, (_, writer) => this.write(writer));
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.running);
  }

  private async write(writer: number): Promise<void> {
    for (let i = 0; !this.stopping; i++) {
      const id = `${writer}-${i}`;
      const stream = i % 3 === 0 ? 'customer-default.shared' : `customer-default.${writer}`;
      // An append is tried until its outcome is known, as a publisher does.
      while (!(await this.append(stream, id)) && !this.stopping);
    }
  }

  private async append(stream: string, id: string): Promise<boolean> {
    const [outcome] = await this.store
      .append({ events: [newEvent(stream, id)] })
      .catch((error: { code: string }) => {
        expect(error.code).toBe('store-unreachable');
        return [undefined];
      });
    if (outcome === undefined) return false;
    if (outcome.status !== 'recorded' && outcome.status !== 'duplicate') throw new Error(outcome.status);
    const { revision, position } = outcome;
    this.acknowledged.set(stream, [...(this.acknowledged.get(stream) ?? []), { id, revision, position }]);
    this.count++;
    return true;
  }
}

/** Reads everything in order while it is written. */
class Follower {
  readonly ids: string[] = [];
  private after = START;
  private stopping = false;
  private readonly running: Promise<void>;

  constructor(private readonly reader: EventReader) {
    this.running = this.follow();
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await this.running;
    while (!(await this.page()));
  }

  private async follow(): Promise<void> {
    while (!this.stopping) {
      const atEnd = await this.page().catch(() => true);
      if (atEnd) await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  private async page(): Promise<boolean> {
    const page = await this.reader.readAll({ after: this.after, limit: 100 });
    expect(page.scannedTo).toBeGreaterThanOrEqual(this.after);
    this.after = page.scannedTo;
    this.ids.push(...page.events.map(({ bytes }) => idOf(bytes)));
    return page.atEnd;
  }
}

describeWithOwnEventStore('11.8: EventStoreDB under load', () => {
  let server: EventStoreServer;
  let ledger: EventStoreFixture;

  beforeEach(async () => {
    server = await EventStoreServer.start({ startMillis: 300, stopMillis: 500 });
    ledger = new EventStoreFixture(server.connection);
  });

  afterEach(async () => {
    server.signal('SIGCONT');
    await ledger.remove();
    await server.remove();
  });

  const FAULTS: readonly (readonly [string, () => Promise<void>])[] = [
    ['killed (-9)', async () => (await server.end('SIGKILL'), await server.begin())],
    ['stopped (TERM)', async () => (await server.end('SIGTERM'), await server.begin())],
    [
      'killed twice in a row, the second time while it starts',
      async () => {
        await server.end('SIGKILL');
        await server.open();
        await server.end('SIGKILL');
        await server.begin();
      },
    ],
    [
      'paused for longer than a deadline (STOP, CONT)',
      async () => {
        server.signal('SIGSTOP');
        await new Promise((resolve) => setTimeout(resolve, 3_000));
        server.signal('SIGCONT');
      },
    ],
  ];

  it.each(FAULTS)(
    'is %s: nothing acknowledged is lost or doubled, order is kept, and it goes on by itself',
    async (_, fault) => {
      const folder = ledger.folder();
      const store = await ledger.store({ folder });
      const writers = new Writers(store);
      const follower = new Follower(ledger.reader(folder));
      for (let round = 0; round < 2; round++) {
        const before = writers.count;
        await until('writing before the fault', () => writers.count > before + GOES_ON);
        await fault();
        const then = writers.count;
        await until('writing goes on', () => writers.count > then + GOES_ON, RECOVERY);
      }
      await writers.stop();
      await follower.stop();
      const inLog: string[] = [];
      for (const [stream, acknowledged] of writers.acknowledged) {
        const stored = await readWhole(store, stream);
        inLog.push(...stored.map(({ id }) => id));
        const places = new Map(stored.map(({ id, ...place }) => [id, place]));
        // Each id once, and where it was said to be.
        expect(places.size).toBe(stored.length);
        for (const { id, revision, position } of acknowledged)
          expect({ id, ...places.get(id) }).toEqual({ id, revision, position });
      }
      // The follower saw every event once, those of a writer's own stream in the order in which they were appended.
      expect([...follower.ids].sort()).toEqual(inLog.sort());
      for (const [stream, acknowledged] of writers.acknowledged) {
        if (stream.endsWith('shared')) continue;
        const own = new Set(acknowledged.map(({ id }) => id));
        expect(follower.ids.filter((id) => own.has(id))).toEqual(acknowledged.map(({ id }) => id));
      }
      const head = await store.head();
      await until('the index is complete', async () => (await store.distance(START, head)) === inLog.length);
    },
    90_000,
  );

  it('half-open connections are given up, and what they did not answer is recorded once', async () => {
    const proxy = await CuttingProxy.start(Number(/:(\d+)/.exec(server.connection)![1]));
    const through = new EventStoreFixture(`esdb://127.0.0.1:${proxy.port}?tls=false`);
    const store = await through.store();
    await store.append({ events: [newEvent('customer-default.a', 'before')] });
    proxy.freeze();
    const asked = store.append({ events: [newEvent('customer-default.a', 'asked')] });
    const read = store.readStream('customer-default.a', 0, 1);
    await expect(store.checkWritable()).rejects.toMatchObject({ code: 'store-unreachable' });
    proxy.thaw();
    // A read on a connection that is given up is no empty stream.
    expect(await read).toHaveLength(1);
    expect(await asked).toMatchObject([{ status: 'recorded', revision: 1 }]);
    const head = await store.head();
    await until('the index follows', async () => (await store.distance(START, head)) === 2, RECOVERY);
    await through.remove();
    await proxy.close();
  }, 60_000);

  it('says that nothing can be recorded while the server is away, and takes it back by itself', async () => {
    const store = await ledger.store();
    await store.checkWritable();
    await server.end('SIGKILL');
    await expect(store.checkWritable()).rejects.toMatchObject({ code: 'store-unreachable' });
    await server.begin();
    await until(
      'it can be written again',
      () =>
        store.checkWritable().then(
          () => true,
          () => false,
        ),
      RECOVERY,
    );
  });
});

async function readWhole(store: EventStore, stream: string) {
  const events: { id: string; revision: number; position: Position }[] = [];
  for (;;) {
    const page = await store.readStream(stream, events.length, 500);
    events.push(...page.map(({ bytes, revision, position }) => ({ id: idOf(bytes), revision, position })));
    if (page.length < 500) return events;
  }
}
