import { afterEach, describe, expect, it } from '@jest/globals';
import { eventIdOf } from '#event-sourcing';
import { DeliveredLog } from '../../../test/kit/delivered-log.js';
import { Projecting, SetClock } from '../../../test/kit/projecting.js';
import { SOURCE, type Told } from '../../../test/kit/recorded-events.js';
import { stampBook, tally } from '../../../test/kit/tally.js';
import type { ProjectorLimits } from './projector-parts.js';

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 2, 2, 12);

let open: Projecting[] = [];
afterEach(async () => {
  for (const projecting of open) await projecting.end();
  open = [];
});

async function begin(
  events: DeliveredLog,
  limits: Partial<ProjectorLimits> = {},
  clock = new SetClock(NOON + 24 * HOUR),
) {
  const projecting = await Projecting.begin({
    events,
    projections: [tally()],
    policyBook: stampBook,
    clock,
    limits,
  });
  open.push(projecting);
  const { reader } = projecting.readModel;
  const root = async (customer: string) => {
    const cell = (await reader.cells('tally', 'default', customer, [''])).get('');
    return cell === undefined ? undefined : (JSON.parse(cell) as string);
  };
  return { ...projecting, projecting, reader, projector: projecting.projector, root };
}

const raised = (id: string, customer: string, minute: number, issueId = id): Told => ({
  type: 'IssueRaised',
  id,
  customer,
  at: NOON + minute * 60_000,
  data: { issueId, category: 'billing', severity: 'normal' },
});
const closed = (id: string, customer: string, minute: number, issueId: string): Told => ({
  type: 'IssueClosed',
  id,
  customer,
  at: NOON + minute * 60_000,
  data: { issueId },
});
const retracted = (id: string, customer: string, target: string): Told => ({
  type: 'EventRetracted',
  id,
  customer,
  at: NOON + 100 * 60_000,
  data: { eventSource: SOURCE, eventId: target, reason: 'wrong' },
});
const merged = (id: string, survivor: string, mergedId: string, minute = 200): Told => ({
  type: 'CustomersMerged',
  id,
  customer: survivor,
  at: NOON + minute * 60_000,
  data: { mergedId },
});
const policy = (name: string, effectiveFrom?: string): Told => ({
  type: 'ScoringPolicyPublished',
  id: name,
  at: NOON,
  data: { policy: name, version: 1, ...(effectiveFrom === undefined ? {} : { effectiveFrom }) },
});

describe('The projector folds', () => {
  it('a late event where it belongs, and a repeated one once', async () => {
    const log = new DeliveredLog([raised('a', 'c', 1), closed('c', 'c', 3, 'a')]);
    const { projector, root, reader } = await begin(log);
    await projector.catchUp();
    log.deliver(raised('b', 'c', 2), raised('a', 'c', 1));
    await projector.catchUp();
    expect(await root('c')).toBe('a:IssueRaised b:IssueRaised a:IssueClosed');
    expect(await reader.head('tally', 'default', 'c')).toMatchObject({
      count: 3,
      last: { eventId: eventIdOf('default', SOURCE, 'c') },
    });
    expect(await reader.counts()).toMatchObject({ read: 4, timeline: 3, duplicates: 1 });
  });

  it('and moves its checkpoint over events that concern no view', async () => {
    const { projector, reader } = await begin(
      new DeliveredLog([
        { type: 'AlertClosed', id: 'x', at: NOON, data: { alertId: 'a-1' } },
        {
          type: 'ContactStarted',
          id: 'y',
          customer: 'c',
          at: NOON,
          data: { contactId: 'k', channel: 'phone', direction: 'inbound' },
        },
      ]),
    );
    await projector.catchUp();
    expect(await reader.checkpoint()).toBe(2n);
    expect(await reader.counts()).toEqual({
      read: 2,
      timeline: 1,
      duplicates: 0,
      policies: 0,
      ignored: 1,
      parked: 0,
    });
    expect(await reader.head('tally', 'default', 'c')).toBeUndefined();
    expect(await projector.status()).toMatchObject({
      complete: true,
      eventsBehind: 0,
      secondsBehind: 0,
      phase: 'live',
    });
  });

  it('a tenant apart from every other', async () => {
    const { projector, reader } = await begin(
      new DeliveredLog([raised('a', 'c', 1), { ...raised('b', 'c', 2), tenant: 'other' }]),
    );
    await projector.catchUp();
    expect(await reader.eventCount('default')).toBe(1);
    expect((await reader.cells('tally', 'other', 'c')).get('')).toBe('"b:IssueRaised"');
  });

  it('long histories with snapshots on the way, dropped from where a late event comes in', async () => {
    const log = new DeliveredLog(Array.from({ length: 10 }, (_, n) => raised(`e${n}`, 'c', n * 10)));
    const { projector, reader } = await begin(log, { snapshotEvents: 4, pageEvents: 3 });
    await projector.catchUp();
    const end = { occurredAt: NOON + 24 * HOUR, sequence: 0, step: 0, eventId: '' };
    const before = await reader.snapshotBefore('tally', 'default', 'c', end);
    expect(before?.head.count).toBe(8);
    expect(JSON.parse(before!.cells.get('')!)).toMatch(/^e0:IssueRaised .* e7:IssueRaised$/);
    expect(before!.cells.size).toBe(9);
    log.deliver(raised('late', 'c', 45));
    await projector.catchUp();
    const after = await reader.snapshotBefore('tally', 'default', 'c', end);
    expect(after?.head.count).toBe(8);
    expect(JSON.parse(after!.cells.get('')!)).toMatch(/e4:IssueRaised late:IssueRaised .* e6:IssueRaised$/);
  });
});

describe('A retraction takes its target out', () => {
  it.each([
    ['after it', (target: Told, retraction: Told) => [target, retraction]],
    ['before it', (target: Told, retraction: Told) => [retraction, target]],
  ])('when it comes %s', async (_, order) => {
    const { projector, root, reader } = await begin(
      new DeliveredLog([raised('a', 'c', 1), ...order(raised('b', 'c', 2), retracted('r', 'c', 'b'))]),
      { pageEvents: 1 },
    );
    await projector.catchUp();
    expect(await root('c')).toBe('a:IssueRaised');
    expect([...(await reader.cells('tally', 'default', 'c')).keys()].sort()).toEqual(['', 'a']);
    const rows = await reader.timeline({ tenant: 'default', customers: ['c'], limit: 10 });
    expect(rows.map(({ type }) => type)).toEqual(['IssueRaised', 'EventRetracted']);
  });

  it('with the cells that only it had touched, folding from a snapshot', async () => {
    const log = new DeliveredLog([raised('a', 'c', 1), raised('b', 'c', 2), raised('z', 'c', 3)]);
    const { projector, root, reader } = await begin(log, { snapshotEvents: 2, pageEvents: 1 });
    await projector.catchUp();
    log.deliver(retracted('r', 'c', 'z'));
    await projector.catchUp();
    expect(await root('c')).toBe('a:IssueRaised b:IssueRaised');
    expect([...(await reader.cells('tally', 'default', 'c')).keys()].sort()).toEqual(['', 'a', 'b']);
    const rows = await reader.list('tally', {
      tenant: 'default',
      where: [],
      orderBy: { column: 'events', direction: 'asc' },
      limit: 9,
    });
    expect(rows.map(({ key }) => key)).toEqual(['a', 'b']);
  });

  it('as of the earliest retraction, and not before it in what was known', async () => {
    const { projector, reader } = await begin(
      new DeliveredLog([raised('a', 'c', 1), retracted('r', 'c', 'a'), retracted('r2', 'c', 'a')]),
      { pageEvents: 1 },
    );
    await projector.catchUp();
    const known = (at: bigint) =>
      reader.timeline({ tenant: 'default', customers: ['c'], at, limit: 10, withRetracted: true });
    expect((await known(1n)).map(({ retractedAt }) => retractedAt)).toEqual([null]);
    expect((await known(3n))[0]).toMatchObject({ type: 'IssueRaised', retractedAt: 2n });
  });

  it('but never a correction, nor an event of somebody else', async () => {
    const { projector, root } = await begin(
      new DeliveredLog([
        raised('a', 'c', 1),
        raised('b', 'd', 2),
        retracted('r', 'c', 'a'),
        retracted('r2', 'c', 'r'),
        retracted('r3', 'c', 'b'),
      ]),
    );
    await projector.catchUp();
    expect(await root('c')).toBeUndefined();
    expect(await root('d')).toBe('b:IssueRaised');
  });

  it('also by another identity, for as long as the two are one person', async () => {
    const log = new DeliveredLog([raised('a', 'c', 1), retracted('r', 'd', 'a'), raised('b', 'd', 2)]);
    const { projector, root, reader } = await begin(log);
    await projector.catchUp();
    expect(await root('c')).toBe('a:IssueRaised');
    log.deliver(merged('m', 'c', 'd'));
    await projector.catchUp();
    expect(await root('c')).toBe('b:IssueRaised');
    const all = await reader.timeline({
      tenant: 'default',
      customers: ['c'],
      limit: 10,
      withRetracted: true,
    });
    expect(all[0]).toMatchObject({ type: 'IssueRaised', retractedAt: 4n });
    log.deliver({ ...merged('u', 'c', 'd', 201), type: 'CustomersUnmerged' });
    await projector.catchUp();
    expect([await root('c'), await root('d')]).toEqual(['a:IssueRaised', 'b:IssueRaised']);
  });
});

describe('A merge', () => {
  it('folds both under the survivor, later events of the merged one too, and an unmerge parts them', async () => {
    const log = new DeliveredLog([
      raised('a', 'c', 1),
      raised('b', 'contact:7', 2),
      raised('e', 'c', 3),
      merged('m', 'c', 'contact:7'),
    ]);
    const { projector, root, reader } = await begin(log, { pageEvents: 1 });
    await projector.catchUp();
    expect(await root('c')).toBe('a:IssueRaised b:IssueRaised e:IssueRaised');
    expect(await reader.head('tally', 'default', 'contact:7')).toBeUndefined();
    log.deliver(closed('f', 'contact:7', 4, 'b'));
    await projector.catchUp();
    expect(await root('c')).toBe('a:IssueRaised b:IssueRaised e:IssueRaised b:IssueClosed');
    log.deliver({ ...merged('u', 'c', 'contact:7', 300), type: 'CustomersUnmerged' });
    await projector.catchUp();
    expect(await root('c')).toBe('a:IssueRaised e:IssueRaised');
    expect(await root('contact:7')).toBe('b:IssueRaised b:IssueClosed');
    const rows = await reader.list('tally', {
      tenant: 'default',
      where: [],
      orderBy: { column: 'events', direction: 'asc' },
      limit: 9,
    });
    expect(rows.map(({ customer, key }) => `${customer} ${key}`)).toEqual(['c a', 'c e', 'contact:7 b']);
  });

  it('reads the rows of every identity in business order, cut by what was known of them', async () => {
    const { projector, reader } = await begin(
      new DeliveredLog([raised('a', 'c', 3), raised('b', 'd', 1), merged('m', 'c', 'd')]),
    );
    await projector.catchUp();
    const ids = async (customers: string[], more: object = {}) =>
      (await reader.timeline({ tenant: 'default', customers, limit: 10, ...more })).map(
        ({ customer, type }) => `${customer} ${type}`,
      );
    expect(await ids(['c', 'd'])).toEqual(['d IssueRaised', 'c IssueRaised', 'c CustomersMerged']);
    expect(await ids(['d'])).toEqual(['d IssueRaised']);
    expect(await ids(['c', 'd'], { at: 1n })).toEqual(['c IssueRaised']);
    expect(await ids(['c', 'd'], { direction: 'backward', limit: 1 })).toEqual(['c CustomersMerged']);
    expect(
      (await reader.links('default', 'd')).map(({ survivor, merged: gone }) => [survivor, gone]),
    ).toEqual([['c', 'd']]);
    expect(await reader.links('default', 'd', 2n)).toEqual([]);
  });
});

describe('Policies', () => {
  it('fold every customer again when they change, and answers are pending until then', async () => {
    const log = new DeliveredLog([raised('a', 'c', 1), raised('b', 'd', 2), raised('e', 'e', 3)]);
    const { projector, reader, readModel } = {
      ...(await begin(log, { chunkCustomers: 1 })),
      readModel: open[0]!.readModel,
    };
    await projector.catchUp();
    expect(await reader.policyPending('default', '')).toBe(false);
    log.deliver(policy('strict'));
    const pending: boolean[] = [];
    projector.onCommitted(
      () => void reader.policyPending('default', 'strict').then((is) => pending.push(is)),
    );
    await projector.catchUp();
    expect(pending).toContain(true);
    expect(await reader.policyPending('default', 'strict')).toBe(false);
    expect(await reader.policyPending('default', '')).toBe(true);
    for (const customer of ['c', 'd', 'e']) {
      expect(await reader.head('tally', 'default', customer)).toMatchObject({ stamp: 'strict', count: 1 });
    }
    expect((await reader.cells('tally', 'default', 'c')).get('a')).toBe('["IssueRaised strict"]');
    expect(await readModel.transaction((transaction) => transaction.sweeps())).toEqual([]);
  });

  it('come into force by the passing of time', async () => {
    const clock = new SetClock(NOON);
    const { projector, reader } = await begin(
      new DeliveredLog([policy('later', '2026-03-02T13:00:00Z'), raised('a', 'c', 1)]),
      {},
      clock,
    );
    await projector.catchUp();
    expect(await reader.head('tally', 'default', 'c')).toMatchObject({ stamp: '' });
    clock.millis = NOON + HOUR;
    await projector.catchUp();
    expect(await reader.head('tally', 'default', 'c')).toMatchObject({ stamp: 'later' });
  });
});

describe('The tick', () => {
  it('brings drifting columns up to date once an hour', async () => {
    const clock = new SetClock(NOON);
    const { projector, reader } = await begin(
      new DeliveredLog([raised('a', 'c', 1), raised('b', 'd', 1)]),
      { chunkCustomers: 1 },
      clock,
    );
    await projector.catchUp();
    const scored = async () =>
      (
        await reader.list('tally', {
          tenant: 'default',
          where: [],
          orderBy: { column: 'events', direction: 'asc' },
          limit: 9,
        })
      ).map(({ columns }) => columns['scoredAt']);
    clock.millis = NOON + HOUR - 1;
    await projector.catchUp();
    expect(await scored()).toEqual([NOON, NOON]);
    clock.millis = NOON + HOUR;
    await projector.catchUp();
    expect(await scored()).toEqual([NOON + HOUR, NOON + HOUR]);
  });
});
