import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { allPages, TestLedger } from '../../../../test/kit/test-ledger.js';
import { contacted, day, dayText, eventOn, raised } from '../../../../test/kit/event-builders.js';
import { BEGIN, histories } from '../../../../test/kit/random-histories.js';
import type { TestEvent } from '../../../../test/kit/test-event.js';
import { customerList } from './customer-list.js';
import { customerViews } from './customer-views.js';
import { issueQueue } from './issue-queue.js';
import type { ListPlaceOf } from './list-page.js';
import { oneIssue } from './one-issue.js';
import { promiseList } from './promise-list.js';

const tenant = 'default';
type Place = ListPlaceOf | undefined;

const company = fc
  .tuple(histories('a1', 15), histories('a2', 15), histories('b', 15))
  .map((each) => each.flatMap((events, i) => events.map((event) => ({ ...event, id: `${i}-${event.id}` }))));

describe('12.2: the list of customers', () => {
  it('shows of each what its views do, whatever it is sorted by, in pages and counted', async () => {
    await fc.assert(
      fc.asyncProperty(
        company,
        fc.constantFrom('customer', '-customer', 'excess', '-loyalty'),
        async (events, sort) => {
          const { query } = await TestLedger.of(events, BEGIN + 400 * 86_400_000);
          const items = await allPages((place: Place) =>
            customerList(query, { tenant, sort, limit: 1, place }),
          );
          const { total } = await customerList(query, { tenant, sort, count: 'exact' });
          expect(items.map(({ customer }) => customer).sort()).toEqual(['a1', 'a2', 'b']);
          expect(total).toBe(3);
          for (const { customer, band, openIssues, loyaltyBand, segment } of items) {
            const views = await customerViews(query, { tenant, customer });
            expect({ band, openCount: openIssues, loyaltyBand, segment }).toMatchObject({
              band: (views['churnRisk'] as { band: string }).band,
              openCount: (views['issues'] as { openCount: number }).openCount,
              loyaltyBand: (views['loyalty'] as { band: string }).band,
              segment: (views['preferences'] as { segment: string | null }).segment,
            });
          }
          if (sort.endsWith('customer')) {
            const names = items.map(({ customer }) => customer);
            expect(names).toEqual(sort === 'customer' ? ['a1', 'a2', 'b'] : ['b', 'a2', 'a1']);
          }
        },
      ),
      { numRuns: Number(process.env['CX_RUNS'] ?? 30) },
    );
  });

  const segment = (customer: string, name: string): TestEvent =>
    eventOn('CustomerIdentified', 0, { segment: name }, customer);
  const three = [
    segment('shop-1', 'gold'),
    segment('shop-2', 'silver'),
    segment('shoq', 'gold'),
    raised(0, 'i', {}, 'shop-1'),
    raised(0, 'j', {}, 'shop-1'),
    raised(0, 'i', {}, 'shoq'),
  ];

  it.each<[object, readonly string[]]>([
    [{ prefix: 'shop' }, ['shop-1', 'shop-2']],
    [{ prefix: 'shop-' }, ['shop-1', 'shop-2']],
    [{ prefix: 'z' }, []],
    [{ segment: 'gold' }, ['shop-1', 'shoq']],
    [{ segment: 'gold,silver' }, ['shop-1', 'shop-2', 'shoq']],
    [{ openIssues: 1 }, ['shop-1', 'shoq']],
    [{ openIssues: 2, segment: 'gold' }, ['shop-1']],
    [{ band: 'critical,lost' }, []],
    [{ loyalty: 'unknown', prefix: 'shoq' }, ['shoq']],
  ])('finds by %j', async (filter, wanted) => {
    const { query } = await TestLedger.of(three, day(1));
    const { items, total } = await customerList(query, { tenant, count: 'exact', ...filter });
    expect([items.map(({ customer }) => customer), total]).toEqual([wanted, wanted.length]);
  });

  it('finds by the beginning of an id at any character, also where surrogates would come next', async () => {
    const names = ['\ud7ff', '\ud7ffx', '\ue000', '\u{10ffff}', '\u{10ffff}y', 'ä', 'ä1', 'b'];
    const { query } = await TestLedger.of(
      names.map((name) => raised(0, 'i', {}, name)),
      day(1),
    );
    for (const prefix of ['\ud7ff', '\u{10ffff}', 'ä', 'ä1']) {
      const { items } = await customerList(query, { tenant, prefix });
      const wanted = names.filter((name) => name.startsWith(prefix));
      expect(items.map(({ customer }) => customer)).toEqual(wanted);
    }
  });

  it('refuses what is no band, and names those that are', async () => {
    const { query } = await TestLedger.of(three, day(1));
    await expect(customerList(query, { tenant, band: 'hihg' })).rejects.toMatchObject({
      code: 'invalid-question',
      faults: [{ pointer: '/band', detail: expect.stringContaining('high') }],
    });
  });
});

describe('12.2: one issue', () => {
  const events = [
    contacted(0, 'c'),
    eventOn('CustomerGreeted', 0, { contactId: 'c', agentId: 'ada', agentKind: 'human', team: 'first' }),
    raised(0, 'i', { contactId: 'c' }),
    eventOn('IssueAssigned', 0.1, { issueId: 'i', agentId: 'bob', team: 'second' }),
    eventOn('IssueWaiting', 0.2, { issueId: 'i', on: 'vendor' }),
    raised(0, 'other', {}, 'c-2'),
    raised(0, 'twice', {}, 'c-1'),
    raised(0, 'twice', {}, 'c-2'),
  ];

  it('has all of its row, and who worked on it', async () => {
    const { query } = await TestLedger.of(events, day(1));
    expect(await oneIssue(query, { tenant, issueId: 'i' })).toMatchObject({
      ...{ customer: 'c-1', issueId: 'i', state: 'waiting', waitingOn: 'vendor', assignee: 'bob' },
      ...{ team: 'second', firstResponseAt: dayText(0), lastContactAt: dayText(0), resolvedAt: null },
      agents: [
        { agentId: 'ada', kind: 'human', team: 'first', holds: false, work: 1, share: 1 },
        { agentId: 'bob', kind: 'human', team: 'second', holds: true, work: 0, share: 0 },
      ],
    });
  });

  it('is another customer’s where several have one of its id, and is refused with their names', async () => {
    const { query } = await TestLedger.of(events, day(1));
    const found = await oneIssue(query, { tenant, issueId: 'twice', customer: 'c-2' });
    expect(found.customer).toBe('c-2');
    await expect(oneIssue(query, { tenant, issueId: 'twice' })).rejects.toMatchObject({
      faults: [{ pointer: '/customer', detail: expect.stringContaining('c-1, c-2') }],
    });
    await expect(oneIssue(query, { tenant, issueId: 'none' })).rejects.toMatchObject({ code: 'not-found' });
  });

  it.each<[object, readonly string[]]>([
    [{ unassigned: true }, ['other', 'twice', 'twice']],
    [{ unassigned: false }, ['i']],
    [{ assignee: 'bob,eve' }, ['i']],
    [{ waitingOn: 'vendor,customer' }, ['i']],
    [{ waitingOn: 'internal' }, []],
    [{ state: 'waiting,closed' }, ['i']],
    [{ customer: 'c-2' }, ['other', 'twice']],
  ])('is found in the queue by %j', async (filter, wanted) => {
    const { query } = await TestLedger.of(events, day(1));
    const { items } = await issueQueue(query, { tenant, ...filter });
    expect(items.map(({ issueId }) => issueId).sort()).toEqual(wanted);
  });
});

describe('12.2: the list of promises', () => {
  const promised = (promiseId: string, due: number): TestEvent =>
    eventOn('PromiseMade', 0, { promiseId, kind: 'callback', dueAt: dayText(due), agentId: 'ada' });
  const events = [
    promised('late', 1),
    promised('kept', 2),
    promised('ahead', 9),
    eventOn('PromiseKept', 1, { promiseId: 'kept' }),
  ];

  it.each<[string | undefined, number, readonly string[]]>([
    [undefined, 3, ['late missed', 'kept kept', 'ahead due']],
    ['missed', 3, ['late missed']],
    ['due,kept', 3, ['kept kept', 'ahead due']],
    // Time alone has passed since the rows were stored.
    ['missed', 10, ['late missed', 'ahead missed']],
  ])('with state %s on day %s', async (state, days, wanted) => {
    const { query } = await TestLedger.of(events, day(3));
    const later = { ...query, now: () => day(days) };
    const { items, total } = await promiseList(later, { tenant, state, count: 'exact' });
    expect(items.map((one) => `${one.promiseId} ${one.state}`)).toEqual(wanted);
    expect(total).toBe(wanted.length);
  });
});
