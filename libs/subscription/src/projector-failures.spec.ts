import { afterEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeliveredLog } from '../../../test/kit/delivered-log.js';
import { Projecting, SetClock, type Given } from '../../../test/kit/projecting.js';
import { recordedEvent, storedBytes, type Told } from '../../../test/kit/recorded-events.js';
import { stampBook, tally } from '../../../test/kit/tally.js';
import { until } from '../../../test/kit/until.js';

const NOON = Date.UTC(2026, 2, 2, 12);
const clock = new SetClock(NOON + 86_400_000);

let open: Projecting[] = [];
afterEach(async () => {
  for (const projecting of open) await projecting.end();
  open = [];
});

async function begin(events: DeliveredLog, more: Partial<Given> = {}): Promise<Projecting> {
  const projecting = await Projecting.begin({
    events,
    projections: [tally()],
    policyBook: stampBook,
    clock,
    ...more,
  });
  open.push(projecting);
  return projecting;
}

/** Closes one before its folder is opened again. */
async function closeFirst(projecting: Projecting): Promise<void> {
  await projecting.close();
  open = open.filter((other) => other !== projecting);
}

const raised = (id: string, customer: string, minute: number, category = 'billing'): Told => ({
  type: 'IssueRaised',
  id,
  customer,
  at: NOON + minute * 60_000,
  data: { issueId: id, category, severity: 'normal' },
});

const rootOf = async ({ readModel }: Projecting, customer: string) =>
  (await readModel.reader.cells('tally', 'default', customer)).get('');

const folder = () => mkdtempSync(join(tmpdir(), 'cx-projecting-'));

describe('A customer whose view cannot be folded', () => {
  it('is parked with its reason, while others go on and its events are kept', async () => {
    const poison = { category: 'poison' as string | undefined };
    const log = new DeliveredLog([raised('a', 'c', 1), raised('bad', 'c', 2, 'poison'), raised('b', 'd', 3)]);
    const projecting = await begin(log, { projections: [tally({ poison })], limits: { pageEvents: 1 } });
    const { projector, readModel } = projecting;
    await projector.catchUp();
    log.deliver(raised('e', 'c', 4));
    await projector.catchUp();
    expect(await rootOf(projecting, 'c')).toBe('"a:IssueRaised"');
    expect(await rootOf(projecting, 'd')).toBe('"b:IssueRaised"');
    const status = await projector.status();
    expect(status).toMatchObject({ parkedCount: 1, complete: true, eventsBehind: 0 });
    expect(status.parked[0]).toMatchObject({
      customer: 'c',
      view: 'tally',
      reason: 'cannot tally poison',
      position: 2n,
    });
    expect(await readModel.reader.timeline({ tenant: 'default', customers: ['c'], limit: 9 })).toHaveLength(
      3,
    );
    poison.category = undefined;
    expect(await projector.retry()).toBe(1);
    expect(await rootOf(projecting, 'c')).toBe('"a:IssueRaised bad:IssueRaised e:IssueRaised"');
    expect((await projector.status()).parkedCount).toBe(0);
  });

  it('stays parked when the retry fails too, and is freed by a rebuild that does not', async () => {
    const poison = { category: 'poison' as string | undefined };
    const log = new DeliveredLog([raised('a', 'c', 1), raised('bad', 'c', 2, 'poison'), raised('b', 'd', 3)]);
    const projecting = await begin(log, { projections: [tally({ poison })], limits: { foldEvents: 1 } });
    const { projector } = projecting;
    await projector.catchUp();
    await projector.retry({ tenant: 'default', customer: 'c' });
    expect((await projector.status()).parked).toMatchObject([{ customer: 'c', view: 'tally' }]);
    poison.category = undefined;
    await projector.rebuild('tally');
    log.deliver(raised('e', 'c', 4));
    await projector.catchUp();
    expect((await projector.status()).parkedCount).toBe(0);
    expect(await rootOf(projecting, 'c')).toBe('"a:IssueRaised bad:IssueRaised e:IssueRaised"');
  });
});

describe('An event that cannot be read', () => {
  const unreadable = () => {
    const event = recordedEvent(raised('bad', 'c', 2));
    return storedBytes({ ...event, occurredAt: event.occurredAt.replace('Z', '?') });
  };

  it('stops its customer only, is counted, and comes in when it can be read', async () => {
    const bytes = unreadable();
    const log = new DeliveredLog([raised('a', 'c', 1)])
      .deliverBytes(bytes)
      .deliver(raised('b', 'd', 2), raised('e', 'c', 3));
    const projecting = await begin(log, { limits: { pageEvents: 1 } });
    const { projector, readModel } = projecting;
    await projector.catchUp();
    expect(await rootOf(projecting, 'c')).toBe('"a:IssueRaised"');
    expect(await rootOf(projecting, 'd')).toBe('"b:IssueRaised"');
    expect(await readModel.reader.counts()).toMatchObject({ read: 4, timeline: 3, parked: 1 });
    expect((await projector.status()).parked).toMatchObject([{ customer: 'c', view: null, position: 2n }]);
    // The next program knows how to read it.
    bytes.set(storedBytes(recordedEvent(raised('bad', 'c', 2))));
    await projector.retry();
    expect(await rootOf(projecting, 'c')).toBe('"a:IssueRaised bad:IssueRaised e:IssueRaised"');
    expect(await readModel.reader.counts()).toMatchObject({ read: 4, timeline: 4, parked: 0 });
    expect(await projector.status()).toMatchObject({ complete: true, parkedCount: 0 });
  });

  it('is parked without a customer when it is no JSON', async () => {
    const log = new DeliveredLog().deliverBytes(Buffer.from('{"broken')).deliver(raised('a', 'c', 1));
    const projecting = await begin(log);
    await projecting.projector.catchUp();
    expect((await projecting.projector.status()).parked).toMatchObject([
      { customer: '', tenant: '', position: 1n, eventId: null },
    ]);
    expect(await rootOf(projecting, 'c')).toBe('"a:IssueRaised"');
  });

  it('a policy of which no book can be made changes nothing', async () => {
    const policyBook: Given['policyBook'] = (records) => {
      if (records.some(({ data }) => data.includes('broken'))) throw new Error('no such preset');
      return stampBook(records);
    };
    const published = {
      type: 'ScoringPolicyPublished',
      id: 'p',
      at: NOON,
      data: { policy: 'broken', version: 1 },
    };
    const projecting = await begin(new DeliveredLog([raised('a', 'c', 1), published]), { policyBook });
    await projecting.projector.catchUp();
    expect((await projecting.projector.status()).parked).toMatchObject([
      { reason: 'no such preset', position: 2n },
    ]);
    expect(await rootOf(projecting, 'c')).toBe('"a:IssueRaised"');
  });
});

describe('Running', () => {
  it('goes on by itself after the event store was away, and shows it meanwhile', async () => {
    const log = new DeliveredLog([raised('a', 'c', 1)]);
    const said: string[] = [];
    const { projector } = await begin(log, { said, limits: { retryMillis: 20 } });
    log.failures = 3;
    const stop = new AbortController();
    const running = projector.run(stop.signal);
    const reached: bigint[] = [];
    projector.onCommitted((position) => void reached.push(position));
    await until('the first event', () => reached.includes(1n));
    expect(said.filter((message) => message === 'projecting failed and is tried again').length).toBe(3);
    await until('the end of the failure', async () => (await projector.status()).failure === null);
    log.deliver(raised('b', 'c', 2));
    projector.wake(2n);
    await until('the second event', () => reached.includes(2n));
    stop.abort();
    await running;
  });

  it('tells those who wait where the views stand, before anything new has come', async () => {
    const log = new DeliveredLog([raised('a', 'c', 1)]);
    const first = await begin(log, { folder: folder() });
    await first.projector.catchUp();
    await closeFirst(first);
    const { projector } = await begin(log, { folder: first.folder });
    const reached: bigint[] = [];
    projector.onCommitted((position) => void reached.push(position));
    await projector.catchUp();
    expect(reached).toEqual([1n]);
  });
});

describe('Views of another history of the event store', () => {
  it.each([
    ['a shorter one', [raised('x', 'c', 1)]],
    ['one that ends in another event', [raised('x', 'c', 1), raised('y', 'c', 2)]],
    ['one that is longer', [raised('x', 'c', 1), raised('y', 'c', 2), raised('z', 'c', 3)]],
  ])('are deleted and built anew: %s', async (_, other) => {
    const first = await begin(new DeliveredLog([raised('a', 'c', 1), raised('b', 'd', 2)]), {
      folder: folder(),
    });
    await first.projector.catchUp();
    await closeFirst(first);
    const said: string[] = [];
    const second = await begin(new DeliveredLog(other), { folder: first.folder, said });
    await second.projector.catchUp();
    expect(said[0]).toMatch(/^the views are deleted and built anew/);
    expect(await rootOf(second, 'd')).toBeUndefined();
    expect(await rootOf(second, 'c')).toBe(
      JSON.stringify(other.map(({ id }) => `${id}:IssueRaised`).join(' ')),
    );
    expect(await second.readModel.reader.checkpoint()).toBe(BigInt(other.length));
  });
});

describe('A view of another version', () => {
  it('is not shown until it has been built anew', async () => {
    const log = new DeliveredLog([raised('a', 'c', 1)]);
    const first = await begin(log, { folder: folder() });
    await first.projector.catchUp();
    await closeFirst(first);
    const second = await begin(log, { folder: first.folder, projections: [tally({ version: 2 })] });
    await expect(rootOf(second, 'c')).rejects.toMatchObject({ code: 'view-rebuilding' });
    log.deliver(raised('b', 'c', 2));
    await second.projector.catchUp();
    expect(await rootOf(second, 'c')).toBe('"a:IssueRaised b:IssueRaised"');
    expect(await second.readModel.reader.projections()).toMatchObject([
      { name: 'tally', version: 2, rebuild: null },
    ]);
  });

  it('and one that is new, are built from the timeline while the others go on', async () => {
    const log = new DeliveredLog([raised('a', 'c', 1)]);
    const first = await begin(log, { folder: folder() });
    await first.projector.catchUp();
    await closeFirst(first);
    const second = await begin(log, {
      folder: first.folder,
      projections: [tally(), { ...tally(), name: 'second' }],
    });
    await second.projector.catchUp();
    expect((await second.readModel.reader.cells('second', 'default', 'c')).get('')).toBe('"a:IssueRaised"');
  });
});

describe('A rebuild', () => {
  it('leaves readers the old view until the new one is in place, and says how far it is', async () => {
    const poison = { category: undefined as string | undefined };
    const log = new DeliveredLog(['c', 'd', 'e'].map((customer, n) => raised(`${customer}1`, customer, n)));
    const projecting = await begin(log, {
      projections: [tally({ poison })],
      limits: { foldEvents: 1, pageEvents: 1 },
    });
    const { projector, readModel } = projecting;
    await projector.catchUp();
    await projector.rebuild('tally');
    const shown: unknown[] = [];
    // Each live event comes between two chunks of the build.
    for (const [n, customer] of ['c', 'd', 'e'].entries())
      log.deliver(raised(`${customer}2`, customer, 10 + n));
    projector.onCommitted(() => {
      void readModel.reader.projections().then(([tallied]) => shown.push(tallied!.rebuild));
    });
    expect(await rootOf(projecting, 'c')).toBe('"c1:IssueRaised"');
    await projector.catchUp();
    expect(shown).toContainEqual(expect.objectContaining({ customersTotal: 3, eventsTotal: 3 }));
    expect(await readModel.reader.projections()).toMatchObject([{ rebuild: null }]);
    for (const customer of ['c', 'd', 'e']) {
      expect(await rootOf(projecting, customer)).toBe(`"${customer}1:IssueRaised ${customer}2:IssueRaised"`);
    }
  });

  it('that was interrupted leaves nothing behind', async () => {
    const log = new DeliveredLog([raised('a', 'c', 1)]);
    const first = await begin(log, { folder: folder() });
    await first.projector.catchUp();
    await first.projector.rebuild('tally');
    expect(await first.readModel.reader.projections()).toMatchObject([{ rebuild: { eventsDone: 0 } }]);
    await closeFirst(first);
    const second = await begin(log, { folder: first.folder });
    expect(await second.readModel.reader.projections()).toMatchObject([
      { name: 'tally', version: 1, rebuild: null },
    ]);
    expect(await rootOf(second, 'c')).toBe('"a:IssueRaised"');
    await second.projector.catchUp();
    expect(await second.readModel.tidy()).toBe(true);
  });

  it('of a view that does not exist is refused', async () => {
    const { projector } = await begin(new DeliveredLog());
    await expect(projector.rebuild('talley')).rejects.toMatchObject({ code: 'unknown-view' });
  });
});
