import { afterEach, describe, expect, it } from '@jest/globals';
import { DeliveredLog } from '../../../test/kit/delivered-log.js';
import { projectorOf, SetClock, storedBytes } from '../../../test/kit/projected.js';
import { READ_MODELS, type ReadModelKind } from '../../../test/kit/read-model-kinds.js';
import {
  recordedEvent,
  SOURCE,
  storedBytes as bytesOf,
  type EventSpec,
} from '../../../test/kit/recorded-events.js';
import { until } from '../../../test/kit/until.js';
import { JOURNEY, TouchpointRegistry } from '#journey';
import type { DerivedTable } from '#views';
import type { ProjectorLimits } from './projector-parts.js';
import type { ReadModel } from './read-model.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOON = Date.UTC(2026, 2, 2, 12);

/** What a test's table does with persons, changed while it runs. */
interface Behaviour {
  /** Customers with an issue of this category cannot be derived. */
  poison?: string;
  version?: number;
  /** Written after the issues of each row. */
  mark?: string;
  /** Rows are right for this long after the last fact. */
  rightFor?: number;
}

/** One row a person: its issues, by which policy and from which time on they were counted. */
function seen(behaviour: Behaviour = {}): DerivedTable {
  return {
    name: 'seen',
    version: behaviour.version ?? 1,
    columns: { issues: 'text', policy: 'text', derivedAt: 'integer' },
    indexes: [],
    rows(state, context) {
      const issues = [...state.issues.all()];
      if (issues.some(({ category }) => category !== undefined && category === behaviour.poison))
        throw new Error('cannot derive poison');
      const { rightFor } = behaviour;
      const isNew = rightFor === undefined || context.asOf < state.lastAt! + rightFor;
      const due = rightFor === undefined || !isNew ? null : state.lastAt! + rightFor;
      const ids = issues.map(({ issueId, state: of }) => `${issueId}:${of}`).sort();
      const columns = {
        issues: ids.join(' ') + (behaviour.mark ?? ''),
        policy: context.policy.version,
        derivedAt: isNew ? 0 : 1,
      };
      return [{ key: '', columns, due }];
    },
  };
}

const raised = (id: string, customer: string, minute: number, category = 'billing'): EventSpec => ({
  type: 'IssueRaised',
  id,
  customer,
  at: NOON + minute * MINUTE,
  data: { issueId: id, category, severity: 'normal' },
});
const closed = (id: string, customer: string, minute: number, issueId: string): EventSpec => ({
  type: 'IssueClosed',
  id,
  customer,
  at: NOON + minute * MINUTE,
  data: { issueId },
});
const retracted = (id: string, customer: string, target: string): EventSpec => ({
  type: 'EventRetracted',
  id,
  customer,
  at: NOON + 100 * MINUTE,
  data: { eventSource: SOURCE, eventId: target, reason: 'wrong' },
});
const merged = (id: string, survivor: string, mergedId: string, minute = 200): EventSpec => ({
  type: 'CustomersMerged',
  id,
  customer: survivor,
  at: NOON + minute * MINUTE,
  data: { mergedId },
});
const unmerged = (id: string, survivor: string, mergedId: string, minute = 300): EventSpec => ({
  ...merged(id, survivor, mergedId, minute),
  type: 'CustomersUnmerged',
});
const policy = (name: string, effectiveFrom?: string): EventSpec => ({
  type: 'ScoringPolicyPublished',
  id: name,
  at: NOON,
  data: {
    policy: name,
    version: 1,
    preset: 'customer-intimacy',
    ...(effectiveFrom !== undefined && { effectiveFrom }),
  },
});

let open: { kind: ReadModelKind; readModel: ReadModel }[] = [];
afterEach(async () => {
  for (const { kind, readModel } of open) await kind.end(readModel);
  open = [];
});

interface Begun {
  readonly limits?: Partial<ProjectorLimits>;
  readonly behaviour?: Behaviour;
  readonly clock?: SetClock;
  readonly logged?: string[];
  readonly registry?: TouchpointRegistry;
}

describe.each(READ_MODELS)('The projector over $name', (kind) => {
  async function begin(events: DeliveredLog, begun: Begun = {}, from?: ReadModel) {
    const tables = [seen(begun.behaviour)];
    const readModel = from === undefined ? await kind.open(tables) : await kind.reopen(from, tables);
    open = [...open.filter((one) => one.readModel !== from), { kind, readModel }];
    const { limits, logged, registry, clock = new SetClock(NOON + 24 * HOUR) } = begun;
    const projector = projectorOf({ events, readModel, clock, limits, tables, logged, registry });
    const rows = async () => {
      const query = { tenant: 'default', where: [], limit: 99 };
      const found = await readModel.stored.list('seen', {
        ...query,
        orderBy: { column: 'issues', direction: 'asc' },
      });
      return Object.fromEntries(found.map(({ customer, columns }) => [customer, columns]));
    };
    const issuesOf = async (customer: string) => (await rows())[customer]?.['issues'];
    return { projector, readModel, issuesOf, rows };
  }

  describe('brings events', () => {
    it('that come late where they belong, and those that come twice once', async () => {
      const log = new DeliveredLog([raised('a', 'c', 1), closed('z', 'c', 3, 'b')]);
      const { projector, readModel, issuesOf } = await begin(log);
      await projector.catchUp();
      expect(await issuesOf('c')).toBe('a:open b:closed');
      log.deliver(raised('b', 'c', 2), raised('a', 'c', 1));
      await projector.catchUp();
      expect(await issuesOf('c')).toBe('a:open b:closed');
      expect((await readModel.stored.writerState()).progress.counts).toMatchObject({
        read: 4,
        timeline: 3,
        duplicates: 1,
      });
    });

    it('that concern no customer past its checkpoint, and counts what became of each', async () => {
      const alert: EventSpec = { type: 'AlertClosed', id: 'x', at: NOON, data: { alertId: 'a-1' } };
      const log = new DeliveredLog([alert, raised('a', 'c', 1), policy('p')]);
      const { projector } = await begin(log);
      await projector.catchUp();
      const counts = { read: 3, timeline: 1, duplicates: 0, policies: 1, ignored: 1, parked: 0 };
      expect(await projector.status()).toMatchObject({
        ...{ counts, complete: true, eventsBehind: 0, secondsBehind: 0, phase: 'live', jobs: [] },
        position: await log.head(),
      });
    });

    it('of each tenant apart', async () => {
      const log = new DeliveredLog([raised('a', 'c', 1), { ...raised('b', 'c', 2), tenant: 'other' }]);
      const { projector, readModel, issuesOf } = await begin(log);
      await projector.catchUp();
      expect(await issuesOf('c')).toBe('a:open');
      expect(await readModel.stored.tenant('other')).toMatchObject({ facts: 1, lastAt: NOON + 2 * MINUTE });
      expect(await readModel.stored.tenant('third')).toBeUndefined();
    });

    it('ahead of the clock only when their time has come', async () => {
      const clock = new SetClock(NOON);
      const log = new DeliveredLog([raised('a', 'c', 0), raised('b', 'c', 30)]);
      const { projector, issuesOf } = await begin(log, { clock });
      await projector.catchUp();
      expect(await issuesOf('c')).toBe('a:open');
      log.deliver(closed('z', 'c', 1, 'a'));
      await projector.catchUp();
      expect(await issuesOf('c')).toBe('a:closed');
      clock.millis = NOON + 30 * MINUTE;
      await projector.catchUp();
      expect(await issuesOf('c')).toBe('a:closed b:open');
    });
  });

  describe('takes a retracted event out', () => {
    it.each([
      ['after', (target: EventSpec, retraction: EventSpec) => [target, retraction]],
      ['before', (target: EventSpec, retraction: EventSpec) => [retraction, target]],
    ])('when the retraction comes %s it', async (_, order) => {
      const log = new DeliveredLog([
        raised('a', 'c', 1),
        ...order(raised('b', 'c', 2), retracted('r', 'c', 'b')),
      ]);
      const { projector, issuesOf } = await begin(log, { limits: { pageEvents: 1 } });
      await projector.catchUp();
      expect(await issuesOf('c')).toBe('a:open');
    });

    it('but never a correction, nor an event of somebody else', async () => {
      const { projector, rows } = await begin(
        new DeliveredLog([
          ...[raised('a', 'c', 1), raised('b', 'd', 2), retracted('r', 'c', 'a')],
          ...[retracted('r2', 'c', 'r'), retracted('r3', 'c', 'b')],
        ]),
      );
      await projector.catchUp();
      expect(Object.keys(await rows())).toEqual(['d']);
    });

    it('also by another identity, for as long as the two are one person', async () => {
      const log = new DeliveredLog([raised('a', 'c', 1), retracted('r', 'd', 'a'), raised('b', 'd', 2)]);
      const { projector, issuesOf } = await begin(log);
      await projector.catchUp();
      expect(await issuesOf('c')).toBe('a:open');
      log.deliver(merged('m', 'c', 'd'));
      await projector.catchUp();
      expect([await issuesOf('c'), await issuesOf('d')]).toEqual(['b:open', undefined]);
      log.deliver(unmerged('u', 'c', 'd', 201));
      await projector.catchUp();
      expect([await issuesOf('c'), await issuesOf('d')]).toEqual(['a:open', 'b:open']);
    });
  });

  it('folds merged identities under the survivor, and parts them when they are unmerged', async () => {
    const log = new DeliveredLog([
      ...[
        raised('a', 'c', 1),
        raised('b', 'contact:7', 2),
        raised('e', 'c', 3),
        merged('m', 'c', 'contact:7'),
      ],
    ]);
    const { projector, rows, issuesOf } = await begin(log, { limits: { pageEvents: 1 } });
    await projector.catchUp();
    expect(Object.keys(await rows())).toEqual(['c']);
    log.deliver(closed('f', 'contact:7', 4, 'b'));
    await projector.catchUp();
    expect(await issuesOf('c')).toBe('a:open b:closed e:open');
    log.deliver(unmerged('u', 'c', 'contact:7'));
    await projector.catchUp();
    expect([await issuesOf('c'), await issuesOf('contact:7')]).toEqual(['a:open e:open', 'b:closed']);
  });

  describe('derives rows again', () => {
    it('of a whole tenant when a policy is published, and says that they are pending until then', async () => {
      const log = new DeliveredLog(['c', 'd', 'e'].map((customer, n) => raised(customer, customer, n)));
      const { projector, readModel, rows } = await begin(log, { limits: { jobFacts: 1 } });
      await projector.catchUp();
      log.deliver(policy('strict'));
      const pending: boolean[] = [];
      projector.onCommitted(
        () => void readModel.stored.tenant('default').then((tenant) => pending.push(tenant!.policyPending)),
      );
      await projector.catchUp();
      expect(pending).toEqual([true]);
      expect((await readModel.stored.tenant('default'))?.policyPending).toBe(false);
      for (const row of Object.values(await rows())) expect(row['policy']).toMatch(/strict/);
    });

    it('when a policy comes into force by the passing of time', async () => {
      const clock = new SetClock(NOON);
      const log = new DeliveredLog([policy('later', '2026-03-02T13:00:00Z'), raised('a', 'c', 0)]);
      const { projector, rows } = await begin(log, { clock });
      await projector.catchUp();
      expect((await rows())['c']!['policy']).not.toMatch(/later/);
      clock.millis = NOON + HOUR;
      await projector.catchUp();
      expect((await rows())['c']!['policy']).toMatch(/later/);
    });

    it('when silence keeps them right no longer', async () => {
      const clock = new SetClock(NOON + 5 * MINUTE);
      const log = new DeliveredLog([raised('a', 'c', 0), raised('b', 'd', 3)]);
      const { projector, rows } = await begin(log, { clock, behaviour: { rightFor: HOUR } });
      await projector.catchUp();
      const derivedAt = async () => Object.values(await rows()).map((row) => row['derivedAt']);
      clock.millis = NOON + HOUR - 1;
      await projector.catchUp();
      expect(await derivedAt()).toEqual([0, 0]);
      clock.millis = NOON + HOUR;
      await projector.catchUp();
      expect(await derivedAt()).toEqual([1, 0]);
    });
  });

  describe('parks', () => {
    const unreadable = (told: EventSpec) => {
      const event = recordedEvent(told);
      return bytesOf({ ...event, occurredAt: event.occurredAt.replace('Z', '?') });
    };

    it('an event that cannot be read: nothing beyond it is folded of its customer until it can', async () => {
      const bytes = unreadable(raised('bad', 'c', 2));
      const log = new DeliveredLog([raised('a', 'c', 1)])
        .deliverBytes(bytes)
        .deliver(raised('b', 'd', 2), raised('e', 'c', 3));
      const { projector, readModel, issuesOf } = await begin(log, { limits: { pageEvents: 1 } });
      await projector.catchUp();
      expect([await issuesOf('c'), await issuesOf('d')]).toEqual(['a:open', 'b:open']);
      const { counts, parked, complete } = await projector.status();
      expect([counts.timeline, counts.parked, complete]).toEqual([3, 1, true]);
      expect(parked).toMatchObject([{ customer: 'c', view: null }]);

      // A retry that fails again changes nothing, after a restart too.
      expect(await projector.retry()).toBe(1);
      expect(await issuesOf('c')).toBe('a:open');
      const again = await begin(log, {}, readModel);
      log.deliver(raised('f', 'c', 4));
      await again.projector.catchUp();
      expect(await again.issuesOf('c')).toBe('a:open');
      expect(
        (await again.readModel.stored.people([{ tenant: 'default', customer: 'c' }]))[0]!.customers[0]!
          .heldAt,
      ).not.toBeNull();
      expect((await again.projector.status()).complete).toBe(true);

      // The next program knows how to read it.
      bytes.set(bytesOf(recordedEvent(raised('bad', 'c', 2))));
      expect(await again.projector.retry({ tenant: 'default', customer: 'c' })).toBe(1);
      expect(await again.issuesOf('c')).toBe('a:open bad:open e:open f:open');
      expect(await again.projector.status()).toMatchObject({ parkedCount: 0, complete: true });
      expect(Object.keys(await again.rows())).toHaveLength(2);
    });

    it.each([
      ['an event id that is no UUID', { eventId: 'abc' }],
      ['an object where text is due', { data: { issueId: { a: 1 }, category: 'x', severity: 'low' } }],
      ['a list where text is due', { data: { issueId: 'i', category: ['x'], severity: 'low' } }],
    ])('an event with %s', async (_, wrong) => {
      const log = new DeliveredLog([raised('a', 'c', 1)])
        .deliverBytes(bytesOf({ ...recordedEvent(raised('bad', 'c', 2)), ...wrong }))
        .deliver(raised('b', 'd', 2), raised('e', 'c', 3));
      const { projector, issuesOf } = await begin(log);
      await projector.catchUp();
      expect([await issuesOf('c'), await issuesOf('d')]).toEqual(['a:open', 'b:open']);
      expect(await projector.status()).toMatchObject({ parkedCount: 1, complete: true });
    });

    it('bytes that are no event under no customer', async () => {
      const log = new DeliveredLog().deliverBytes(Buffer.from('{"broken')).deliver(raised('a', 'c', 1));
      const { projector, issuesOf } = await begin(log);
      await projector.catchUp();
      expect((await projector.status()).parked).toMatchObject([{ customer: '', tenant: '', eventId: null }]);
      expect(await issuesOf('c')).toBe('a:open');
    });

    it('a policy of which no book can be made', async () => {
      const broken = { ...policy('broken'), data: { policy: 'x', version: 1, effectiveFrom: 'never' } };
      const { projector, issuesOf } = await begin(new DeliveredLog([raised('a', 'c', 1), broken]));
      await projector.catchUp();
      expect(await projector.status()).toMatchObject({ parkedCount: 1, complete: true });
      expect(await issuesOf('c')).toBe('a:open');
    });

    it('a table of a customer whose rows cannot be derived: everything else goes on', async () => {
      const behaviour: Behaviour = { poison: 'poison' };
      const log = new DeliveredLog([
        raised('a', 'c', 1),
        raised('bad', 'c', 2, 'poison'),
        raised('b', 'd', 3),
      ]);
      const { projector, readModel, issuesOf } = await begin(log, { behaviour, limits: { pageEvents: 1 } });
      await projector.catchUp();
      expect([await issuesOf('c'), await issuesOf('d')]).toEqual(['a:open', 'b:open']);
      log.deliver(raised('e', 'c', 4));
      await projector.catchUp();
      expect((await projector.status()).parked).toMatchObject([
        { customer: 'c', view: 'seen', reason: 'cannot derive poison' },
      ]);
      expect((await readModel.stored.tenant('default'))?.facts).toBe(4);
      await projector.retry();
      expect((await projector.status()).parkedCount).toBe(1);
      behaviour.poison = undefined;
      expect(await projector.retry()).toBe(1);
      expect(await issuesOf('c')).toBe('a:open bad:open e:open');
      expect((await projector.status()).parkedCount).toBe(0);
    });

    it('it no longer once a rebuild can derive it, or an event came after which it can be derived', async () => {
      const behaviour: Behaviour = { poison: 'poison' };
      const log = new DeliveredLog([raised('bad', 'c', 2, 'poison'), raised('worse', 'd', 2, 'poison')]);
      const { projector, issuesOf } = await begin(log, { behaviour });
      await projector.catchUp();
      expect((await projector.status()).parkedCount).toBe(2);
      log.deliver(retracted('r', 'd', 'worse'), raised('e', 'd', 5));
      await projector.catchUp();
      expect(await issuesOf('d')).toBe('e:open');
      expect((await projector.status()).parked.map(({ customer }) => customer)).toEqual(['c']);
      behaviour.poison = undefined;
      await projector.rebuild();
      await projector.catchUp();
      expect(await issuesOf('c')).toBe('bad:open');
      expect((await projector.status()).parkedCount).toBe(0);
    });
  });

  describe('A3: where a new program knows more facts', () => {
    const without = (name: string, field?: string) =>
      new TouchpointRegistry(
        JOURNEY.all().flatMap((schema) => {
          if (schema.name !== name) return [schema];
          if (field === undefined) return [];
          const fields = schema.shape.fields.map((one) =>
            one.name === field ? { ...one, fact: false } : one,
          );
          return [{ ...schema, shape: { ...schema.shape, fields } }];
        }),
      );
    const told = () =>
      ['c', 'd', 'e'].flatMap((one, n) => [
        raised(`${one}1`, one, n),
        closed(`${one}2`, one, 10 + n, `${one}1`),
      ]);

    it.each([
      ['of a touchpoint', without('IssueRaised', 'issueId'), 'unknown'],
      ['with a touchpoint', without('IssueClosed'), 'c1:open'],
    ])('%s, packs them anew while the old ones answer', async (_, registry, before) => {
      const log = new DeliveredLog(told());
      const limits = { bulkPageEvents: 1, pageEvents: 1 };
      const first = await begin(log, { registry, limits });
      await first.projector.catchUp();
      const old = await first.rows();
      if (before !== 'unknown') expect(old['c']!['issues']).toBe(before);
      const logged: string[] = [];
      const second = await begin(log, { limits, logged }, first.readModel);
      expect(await second.rows()).toEqual(old);
      const reading: unknown[] = [];
      second.projector.onCommitted(() => void second.rows().then((rows) => reading.push(Object.keys(rows))));
      log.deliver(raised('f1', 'f', 3));
      await second.projector.catchUp();
      expect(logged).toContain('facts have changed: their events are packed anew');
      expect(logged.some((message) => message.startsWith('the views are deleted'))).toBe(false);
      for (const keys of reading) expect(keys).toEqual(expect.arrayContaining(['c', 'd', 'e']));
      for (const one of ['c', 'd', 'e']) expect((await second.rows())[one]!['issues']).toBe(`${one}1:closed`);
      expect(await second.projector.status()).toMatchObject({ complete: true, jobs: [], parkedCount: 0 });
      // The same as if it had been projected by the new program from the beginning.
      const anew = await begin(log);
      await anew.projector.catchUp();
      const tables = [seen()];
      expect(await storedBytes(second.readModel, tables)).toBe(await storedBytes(anew.readModel, tables));
      expect((await second.readModel.stored.writerState()).progress.counts).toEqual(
        (await anew.readModel.stored.writerState()).progress.counts,
      );
    });

    it('goes on with packing after a restart', async () => {
      const log = new DeliveredLog(told());
      const limits = { bulkPageEvents: 1 };
      const first = await begin(log, { registry: without('IssueRaised', 'category') });
      await first.projector.catchUp();
      const second = await begin(log, { limits }, first.readModel);
      await expect(second.projector.cancel(99)).rejects.toMatchObject({ code: 'unknown-job' });
      expect((await second.projector.status()).jobs).toMatchObject([{ kind: 'pack', factsTotal: 6 }]);
      const third = await begin(log, { limits }, second.readModel);
      await third.projector.catchUp();
      expect((await third.projector.status()).jobs).toEqual([]);
      const anew = await begin(log);
      await anew.projector.catchUp();
      expect(await storedBytes(third.readModel, [seen()])).toBe(await storedBytes(anew.readModel, [seen()]));
    });
  });

  describe('runs', () => {
    it('on by itself after the event store was away, and shows it meanwhile', async () => {
      const log = new DeliveredLog([raised('a', 'c', 1)]);
      const logged: string[] = [];
      const { projector } = await begin(log, { logged, limits: { retryMillis: 20 } });
      log.failures = 3;
      const stop = new AbortController();
      const running = projector.run(stop.signal);
      const reached: string[] = [];
      projector.onCommitted((position) => void reached.push(String(position)));
      await until('the first event', () => reached.includes('1'));
      expect(logged.filter((message) => message === 'projecting failed and is tried again')).toHaveLength(3);
      await until('the end of the failure', async () => (await projector.status()).failure === null);
      log.deliver(raised('b', 'c', 2));
      projector.wake();
      await until('the second event', () => reached.includes('2'));
      stop.abort();
      await running;
    });

    it('beside no other: what the second commits is refused, and nothing of it is there', async () => {
      const log = new DeliveredLog([raised('a', 'c', 1)]);
      const { projector, readModel } = await begin(log);
      await projector.catchUp();
      const other = projectorOf({ events: log, readModel, clock: new SetClock(NOON), tables: [seen()] });
      await other.catchUp();
      log.deliver(raised('b', 'c', 2));
      await projector.catchUp();
      const before = await storedBytes(readModel, [seen()]);
      log.deliver(raised('e', 'c', 3));
      await expect(other.catchUp()).rejects.toMatchObject({ code: 'another-writer' });
      expect(await storedBytes(readModel, [seen()])).toBe(before);
    });
  });

  it('11.3: stands by while another one works, and takes over when it has ended', async () => {
    const log = new DeliveredLog([raised('a', 'c', 0)]);
    const { projector, readModel } = await begin(log);
    const logged: string[] = [];
    const parts = { events: log, readModel, clock: new SetClock(NOON + 24 * HOUR), tables: [seen()] };
    const quick = { limits: { takeOverMillis: 5, gatherMillis: 0 } };
    const other = projectorOf({ ...parts, ...quick, logged });
    const stops = [new AbortController(), new AbortController()];
    const running = [projector.run(stops[0]!.signal), other.run(stops[1]!.signal)];
    for (let i = 1; i <= 50; i++) {
      log.deliver(raised(`e-${i}`, `c-${i % 3}`, i));
      for (const one of [projector, other]) one.wake();
      await until('the event', async () => String((await other.status()).position) === String(i + 1));
    }
    stops[0]!.abort();
    await running[0];
    log.deliver(raised('last', 'c', 51));
    other.wake();
    await until('the last event', async () => (await other.status()).eventsBehind === 0);
    stops[1]!.abort();
    await running[1];
    expect(logged).not.toContain('projecting failed and is tried again');
    const alone = await begin(log);
    await alone.projector.catchUp();
    expect((await other.status()).counts).toEqual((await alone.projector.status()).counts);
    expect((await other.status()).complete).toBe(true);
    expect(await storedBytes(readModel, [seen()])).toBe(await storedBytes(alone.readModel, [seen()]));
  });

  it.each([
    ['shorter', [raised('x', 'c', 1)]],
    ['ends in another event', [raised('x', 'c', 1), raised('y', 'c', 2)]],
    ['is longer', [raised('x', 'c', 1), raised('y', 'c', 2), raised('z', 'c', 3)]],
  ])('begins anew where the log has another history, which %s', async (_, other) => {
    const first = await begin(new DeliveredLog([raised('a', 'c', 1), raised('b', 'd', 2)]));
    await first.projector.catchUp();
    const logged: string[] = [];
    const second = await begin(new DeliveredLog(other), { logged }, first.readModel);
    await second.projector.catchUp();
    expect(logged[0]).toMatch(/^the views are deleted and built anew/);
    expect(await second.issuesOf('d')).toBeUndefined();
    expect(await second.issuesOf('c')).toBe(other.map(({ id }) => `${id}:open`).join(' '));
  });

  describe('rebuilds tables', () => {
    const threeCustomers = () => new DeliveredLog(['c', 'd', 'e'].map((one, n) => raised(`${one}1`, one, n)));

    it('beside those that readers see, and says how far it is and what differs at the end', async () => {
      const log = threeCustomers();
      const behaviour: Behaviour = {};
      const limits = { jobFacts: 1, pageEvents: 1 };
      const { projector, rows } = await begin(log, { limits, behaviour });
      await projector.catchUp();
      expect(await projector.estimate()).toMatchObject({ customers: 3, facts: 3 });
      await projector.rebuild();
      expect((await projector.status()).jobs).toMatchObject([
        { kind: 'rebuild', customersTotal: 3, factsTotal: 3, customersDone: 0 },
      ]);
      // Each live event comes between two steps of the job.
      for (const [n, one] of ['c', 'd', 'e'].entries()) log.deliver(raised(`${one}2`, one, 10 + n));
      await projector.catchUp();
      expect((await projector.status()).jobs).toEqual([]);
      for (const one of ['c', 'd', 'e'])
        expect((await rows())[one]!['issues']).toBe(`${one}1:open ${one}2:open`);
    });

    it('10.3: estimates by the last rebuild, also long after it and after a restart', async () => {
      const clock = new SetClock(NOON);
      const log = threeCustomers();
      const { projector, readModel } = await begin(log, { clock });
      await projector.catchUp();
      expect(await projector.estimate()).toEqual({ customers: 3, facts: 3, seconds: null });
      await projector.rebuild();
      // Three events in half a second.
      clock.millis += 500;
      await projector.catchUp();
      clock.millis += HOUR;
      expect(await projector.estimate()).toEqual({ customers: 3, facts: 3, seconds: 1 });
      const again = await begin(log, { clock }, readModel);
      expect(await again.projector.estimate()).toEqual({ customers: 3, facts: 3, seconds: 1 });
    });

    it('10.3: says at the end how many rows differ, with examples, and gives no number to a second job', async () => {
      const log = threeCustomers();
      const behaviour: Behaviour = {};
      const { projector, readModel } = await begin(log, { behaviour });
      await projector.catchUp();
      // Only when the rows are to be derived again changes with it: nothing that a reader sees.
      behaviour.rightFor = 1000 * HOUR;
      const first = await projector.rebuild();
      await projector.catchUp();
      behaviour.mark = '!';
      const second = await projector.rebuild();
      await projector.catchUp();
      expect(second.id).toBeGreaterThan(first.id);
      // Also by the next program, and the next job has another number.
      const again = await begin(log, { behaviour }, readModel);
      await again.projector.catchUp();
      const third = await again.projector.rebuild();
      expect(third.id).toBeGreaterThan(second.id);
      const { endedJobs } = await again.projector.status();
      expect(endedJobs).toMatchObject([
        { id: second.id, outcome: 'completed', customersDone: 3, factsDone: 3, differing: 3 },
        { id: first.id, outcome: 'completed', differing: 0, examples: [] },
      ]);
      const [example] = endedJobs[0]!.examples;
      expect(example).toMatchObject({ tenant: 'default', table: 'seen', key: '' });
      expect([example!.from!['issues'], example!.to!['issues']]).toEqual(['c1:open', 'c1:open!']);
    });

    it('10.3: cancels no job without which the rows would be wrong', async () => {
      const log = threeCustomers();
      const { projector, readModel, rows } = await begin(log, { limits: { jobFacts: 1 } });
      await projector.catchUp();
      log.deliver(policy('strict'));
      const refused: Promise<void>[] = [];
      const cancel = async () => {
        const [job] = (await readModel.stored.writerState()).jobs;
        await expect(projector.cancel(job!.id)).rejects.toMatchObject({ code: 'job-needed' });
      };
      projector.onCommitted(() => refused.push(cancel()));
      await projector.catchUp();
      await Promise.all(refused);
      expect(refused).toHaveLength(1);
      for (const row of Object.values(await rows())) expect(row['policy']).toMatch(/strict/);
      const { endedJobs } = await projector.status();
      expect(endedJobs).toMatchObject([
        { kind: 'policies', tenant: 'default', outcome: 'completed', differing: 3 },
      ]);
      const [{ from, to } = { from: null, to: null }] = endedJobs[0]!.examples;
      expect([from!['policy'], to!['policy']]).toEqual(['default@1', expect.stringMatching(/strict/)]);
    });

    it('A5: on after a restart', async () => {
      const log = threeCustomers();
      const first = await begin(log, { limits: { jobFacts: 1 } });
      await first.projector.catchUp();
      await first.projector.rebuild();
      const second = await begin(log, {}, first.readModel);
      expect((await second.projector.status()).jobs).toMatchObject([{ kind: 'rebuild' }]);
      log.deliver(raised('c2', 'c', 9));
      await second.projector.catchUp();
      expect((await second.projector.status()).jobs).toEqual([]);
      expect(await second.issuesOf('c')).toBe('c1:open c2:open');
    });

    it('no more when the job is cancelled, and leaves nothing of it', async () => {
      const log = threeCustomers();
      const { projector, readModel, issuesOf } = await begin(log, { limits: { jobFacts: 1 } });
      await projector.catchUp();
      await projector.rebuild();
      const [job] = (await readModel.stored.writerState()).jobs;
      await projector.cancel(job!.id);
      await expect(projector.cancel(job!.id)).rejects.toMatchObject({ code: 'unknown-job' });
      const { jobs, endedJobs } = await projector.status();
      expect(jobs).toEqual([]);
      expect(endedJobs).toMatchObject([{ id: job!.id, outcome: 'cancelled', customersDone: 0 }]);
      log.deliver(raised('c2', 'c', 9));
      await projector.catchUp();
      expect(await issuesOf('c')).toBe('c1:open c2:open');
      expect((await readModel.stored.writerState()).tables).toEqual([
        { name: 'seen', version: 1, next: null },
      ]);
      const again = await begin(log, {}, readModel);
      await again.projector.catchUp();
      expect((await again.projector.status()).jobs).toEqual([]);
    });

    it('of another version, the old rows being kept up meanwhile by nobody, and a table that is new', async () => {
      const log = threeCustomers();
      const first = await begin(log);
      await first.projector.catchUp();
      const second = await begin(log, { behaviour: { version: 2 } }, first.readModel);
      await expect(second.rows()).rejects.toMatchObject({ code: 'view-rebuilding' });
      log.deliver(raised('c2', 'c', 9));
      await second.projector.catchUp();
      expect(await second.issuesOf('c')).toBe('c1:open c2:open');
      expect((await second.readModel.stored.writerState()).tables).toEqual([
        { name: 'seen', version: 2, next: null },
      ]);
    });
  });
});
