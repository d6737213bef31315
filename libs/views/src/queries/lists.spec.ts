import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { round2 } from '#scoring';
import { allPages, TestLedger } from '../../../../test/kit/test-ledger.js';
import type { TestEvent } from '../../../../test/kit/test-event.js';
import { BEGIN, histories } from '../../../../test/kit/random-histories.js';
import {
  answered,
  bought,
  contacted,
  day,
  dayText,
  raised,
  eventOn,
} from '../../../../test/kit/event-builders.js';
import { churnRiskList } from './churn-risk-list.js';
import { customerViews } from './customer-views.js';
import { issueQueue } from './issue-queue.js';
import { issuesSummary } from './issues-summary.js';
import type { ListPlaceOf } from './list-page.js';
import { loyaltyList } from './loyalty-list.js';

const DAY = 86_400_000;
/** Cases of a property; `CX_RUNS` makes it a longer search. */
const runs = (usual: number): number => Number(process.env['CX_RUNS'] ?? usual);
const tenant = 'default';

type Place = ListPlaceOf | undefined;

/** By a number rounded to two decimals, the highest first and null last; equal ones by customer. */
function inOrderOf<Item extends { readonly customer: string }>(
  items: readonly Item[],
  value: (item: Item) => number | null,
): readonly Item[] {
  const rounded = (item: Item) => round2(value(item) ?? -1);
  return [...items].sort((a, b) => rounded(b) - rounded(a) || (a.customer < b.customer ? -1 : 1));
}

const companies = fc
  .tuple(histories('a', 15), histories('b', 15), histories('c', 15))
  .map((each) => each.flatMap((events, i) => events.map((event) => ({ ...event, id: `${i}-${event.id}` }))));

describe('a list', () => {
  it('says of each customer exactly what the customer’s own view says, in the order of the list', async () => {
    await fc.assert(
      fc.asyncProperty(companies, fc.integer({ min: 0, max: 500 }), async (events, wait) => {
        const { query } = await TestLedger.of(events, BEGIN + (300 + wait) * DAY);
        const risky = await allPages((place: Place) => churnRiskList(query, { tenant, limit: 1, place }));
        const lost = await churnRiskList(query, { tenant, band: 'lost' });
        const loyal = await allPages((place: Place) => loyaltyList(query, { tenant, limit: 2, place }));
        const listed = [...risky, ...lost.items].map(({ customer }) => customer).sort();
        expect(listed).toEqual(['a', 'b', 'c']);
        for (const { customer, risk, excess, band, nextBandAt } of [...risky, ...lost.items]) {
          const churn = (await customerViews(query, { tenant, customer }))['churnRisk'];
          expect(churn).toMatchObject({ risk, excess, band, ...(nextBandAt !== null && { nextBandAt }) });
        }
        for (const { customer, score, band, coverage } of loyal) {
          const view = (await customerViews(query, { tenant, customer }))['loyalty'];
          expect(view).toMatchObject({ score, band, coverage });
        }
        expect(risky).toEqual(inOrderOf(risky, ({ excess }) => excess));
        expect(loyal).toEqual(inOrderOf(loyal, ({ score }) => score));
      }),
      { numRuns: runs(40) },
    );
  });

  it('A7: of another moment, past or future, has the order and the bands of that moment', async () => {
    await fc.assert(
      fc.asyncProperty(companies, fc.integer({ min: 0, max: 900 }), async (events, days) => {
        const { query } = await TestLedger.of(events, BEGIN + 400 * DAY);
        const asOf = new Date(BEGIN + days * DAY).toISOString();
        const { items } = await churnRiskList(query, { tenant, asOf });
        expect(items).toEqual(inOrderOf(items, ({ excess }) => excess));
        for (const { customer, risk, band } of items) {
          const churn = (await customerViews(query, { tenant, customer, asOf }))['churnRisk'];
          expect(churn).toMatchObject({ risk, band });
        }
        const loyal = (await loyaltyList(query, { tenant, asOf })).items;
        expect(loyal).toEqual(inOrderOf(loyal, ({ score }) => score));
      }),
      { numRuns: runs(40) },
    );
  });

  it('of the past is what the list was then: as of a time, and at a position', async () => {
    await fc.assert(
      fc.asyncProperty(companies, fc.integer({ min: 0, max: 300 }), async (events, days) => {
        const asOf = BEGIN + days * DAY;
        const later: TestEvent = { type: 'ReferralMade', customer: 'a', at: BEGIN + 301 * DAY };
        const past = events.filter(({ at }) => Number(at) <= asOf);
        const then = (await TestLedger.of(past, asOf)).query;
        const rest = events.filter((event) => !past.includes(event));
        const now = (await TestLedger.of([...past, ...rest, later], BEGIN + 400 * DAY)).query;
        const moment = { tenant, asOf: new Date(asOf).toISOString() };
        for (const sort of ['breachAt', 'openedAt', 'pressure']) {
          const was = (await issueQueue(then, { tenant, sort })).items;
          expect((await issueQueue(now, { ...moment, sort })).items).toEqual(was);
          const known = { ...moment, sort, at: String(past.length) };
          expect((await issueQueue(now, known)).items).toEqual(was);
        }
        const counts = async (...question: Parameters<typeof issuesSummary>) => {
          const { position: _1, asOf: _2, ...summary } = await issuesSummary(...question);
          return summary;
        };
        expect(await counts(now, moment)).toEqual(await counts(then, { tenant }));
        const riskThen = await churnRiskList(then, { tenant });
        expect((await churnRiskList(now, moment)).items).toEqual(riskThen.items);
      }),
      { numRuns: runs(30) },
    );
  });

  it('of the past is refused, with bound and setting, when the tenant has too many events', async () => {
    const { query } = await TestLedger.of([bought(0), bought(10), bought(20)], day(30));
    const bounded = { ...query, historicalEvents: 2 };
    await expect(churnRiskList(bounded, { tenant, asOf: dayText(5) })).rejects.toMatchObject({
      code: 'historical-question-too-large',
      message: expect.stringMatching(/3 events.* 2 .*CX_HISTORICAL_EVENTS/),
    });
    expect((await churnRiskList(bounded, { tenant })).items).toHaveLength(1);
  });

  it('goes on from its place though the tenant has gone on meanwhile', async () => {
    const ledger = await TestLedger.of([bought(0, 'a'), bought(1, 'b'), bought(2, 'c')], day(90));
    const bounded = { ...ledger.query, historicalEvents: 0 };
    const first = await churnRiskList(bounded, { tenant, limit: 1 });
    await ledger.tell(bought(91, 'd'));
    const second = await churnRiskList(bounded, { tenant, limit: 1, place: first.next! });
    expect([first, second].map(({ items }) => items[0]!.customer)).toEqual(['a', 'b']);
    expect(second.asOf).toBe(first.asOf);
  });

  it('A7: goes on with the rows of its own moment after that minute has passed', async () => {
    const ledger = await TestLedger.of([raised(0, 'a'), raised(1, 'b'), raised(2, 'c')], day(31));
    const asked = { tenant, status: 'open', sort: 'openedAt' };
    const first = await issueQueue({ ...ledger.query, now: () => day(30) }, { ...asked, limit: 1 });
    await ledger.tell(eventOn('IssueClosed', 30.5, { issueId: 'b' }));
    const { items } = await issueQueue(ledger.query, { ...asked, place: first.next! });
    expect([...first.items, ...items].map(({ issueId, state }) => `${issueId} ${state}`)).toEqual([
      ...['a open', 'b open', 'c open'],
    ]);
    const again = await issueQueue(ledger.query, { ...asked, asOf: first.asOf });
    expect(again.items.slice(1)).toEqual(items);
  });

  it('knows no other tenant', async () => {
    const ledger = await TestLedger.of([bought(0)], day(30));
    await ledger.tellTo('other', bought(0, 'theirs'));
    const names = async (of: string) =>
      (await churnRiskList(ledger.query, { tenant: of })).items.map(({ customer }) => customer);
    expect(await names(tenant)).toEqual(['c-1']);
    expect(await names('none')).toEqual([]);
  });
});

describe('the list at risk', () => {
  const gone = [
    eventOn('ContractStarted', 0, { contractId: 'k' }, 'gone'),
    eventOn('ContractEnded', 5, { contractId: 'k' }, 'gone'),
  ];

  it('leaves out who is lost or has left, unless they are asked for', async () => {
    const { query } = await TestLedger.of([...gone, bought(0, 'silent'), bought(900, 'fresh')], day(900));
    const names = ({ items }: { items: readonly { customer: string }[] }) =>
      items.map(({ customer }) => customer);
    expect(names(await churnRiskList(query, { tenant }))).toEqual(['fresh']);
    const lost = await churnRiskList(query, { tenant, band: 'lost' });
    expect(names(lost)).toEqual(['gone', 'silent']);
    expect(lost.items[0]).toMatchObject({ risk: 1, left: true });
    expect(lost.items[0]!.reasons[0]!.text).toBe('the last contract ended 128 weeks ago');
  });

  it('gives reasons in words, the weightiest first, each with what it adds to the log odds', async () => {
    const events = [
      ...[0, 28, 56, 84].map((days) => bought(days)),
      contacted(100, 'c1'),
      raised(100, 'INC7', { contactId: 'c1' }),
      eventOn('IssueTransferred', 101, { issueId: 'INC7' }),
      answered(102, 'csat', 1),
      answered(102, 'csat', 5),
    ];
    const { query } = await TestLedger.of(events, day(84 + 13 * 7));
    const [item] = (await churnRiskList(query, { tenant })).items;
    expect(item!.reasons.map(({ code, text }) => [code, text])).toEqual([
      ['silence', 'no purchase for 13 weeks, used to buy every 4 weeks'],
      ['breachedIssue', 'issue INC7 is past its SLA target'],
      ['negativeFeedback', 'gave negative feedback'],
      ['friction', 'was transferred, asked for the same information again or sent to another channel'],
    ]);
    expect(item!.reasons[1]!.weight).toBe(0.8);
    const weights = item!.reasons.map(({ weight }) => weight);
    expect(weights).toEqual([...weights].sort((a, b) => b - a));
  });

  it('refuses a band that does not exist, naming those that do', async () => {
    const { query } = await TestLedger.of([bought(0)], day(30));
    const asked = Promise.resolve().then(() => churnRiskList(query, { tenant, band: 'severe' }));
    await expect(asked).rejects.toMatchObject({
      code: 'invalid-question',
      faults: [
        {
          pointer: '/band',
          detail: 'must be one of low, medium, high, critical, lost, or several with commas between',
        },
      ],
    });
  });
});

describe('the queue of issues', () => {
  const events = [
    raised(0, 'late', { severity: 'critical', team: 't1' }, 'a'),
    raised(3, 'new', { severity: 'low', team: 't2' }, 'a'),
    raised(2, 'waiting', { category: 'delivery' }, 'b'),
    eventOn('IssueWaiting', 2.1, { issueId: 'waiting', on: 'customer' }, 'b'),
    raised(0, 'solved', {}, 'b'),
    eventOn('ResolutionProvided', 2, { issueId: 'solved' }, 'b'),
    raised(0, 'agreed', {}, 'b'),
    eventOn('ResolutionConfirmed', 0.5, { issueId: 'agreed' }, 'b'),
    raised(0, 'back', { severity: 'high' }, 'c'),
    eventOn('IssueReprioritised', 0.1, { issueId: 'back', severity: 'normal' }, 'c'),
    eventOn('IssueTransferred', 0.1, { issueId: 'back', toTeam: 't2' }, 'c'),
    eventOn('IssueBreachReported', 0.1, { issueId: 'back' }, 'c'),
    eventOn('IssueClosed', 0.2, { issueId: 'back' }, 'c'),
    eventOn('IssueReopened', 2.5, { issueId: 'back' }, 'c'),
    eventOn('IssueClosed', 2.6, { issueId: 'back' }, 'c'),
  ];
  const ledger = TestLedger.of(events, day(3));
  const ids = async (filter: Omit<Parameters<typeof issueQueue>[1], 'tenant'>) =>
    (await issueQueue((await ledger).query, { tenant, ...filter })).items.map(({ issueId }) => issueId);

  it.each([
    [{ status: 'open' }, ['late', 'new', 'waiting']],
    [{ status: 'resolved' }, ['solved', 'agreed']],
    [{ status: 'closed' }, ['back']],
    [{ severity: 'critical' }, ['late']],
    [{ raisedSeverity: 'high' }, ['back']],
    [{ category: 'delivery' }, ['waiting']],
    [{ team: 't2' }, ['new', 'back']],
    [{ breached: true }, ['late', 'solved']],
    [{ breached: false, status: 'open' }, ['new', 'waiting']],
    [{ breachReported: true }, ['back']],
    [{ reopened: true }, ['back']],
    [{ reopened: false, status: 'closed' }, []],
    [{ transferred: true }, ['back']],
  ] as const)('filters by %j', async (filter, expected) => {
    expect(await ids(filter)).toEqual(expected);
  });

  it('is sorted by what breaches first, paused clocks last; by age; by pressure; in both directions', async () => {
    expect(await ids({ status: 'open', sort: 'breachAt' })).toEqual(['late', 'new', 'waiting']);
    expect(await ids({ status: 'open', sort: 'openedAt' })).toEqual(['late', 'waiting', 'new']);
    expect(await ids({ status: 'open', sort: 'pressure' })).toEqual(['late', 'waiting', 'new']);
    expect(await ids({ status: 'open', sort: '-openedAt' })).toEqual(['new', 'waiting', 'late']);
    const { query } = await ledger;
    expect(await allPages((place: Place) => issueQueue(query, { tenant, limit: 2, place }))).toHaveLength(6);
  });

  it('is counted by state, severity, category and team', async () => {
    const { query } = await ledger;
    const summary = await issuesSummary(query, { tenant });
    expect(summary).toMatchObject({
      issues: 6,
      customers: 3,
      reopened: 1,
      transferred: 1,
      breached: 2,
      breachReported: 1,
    });
    expect(summary.byState.map(({ state, issues }) => [state, issues])).toEqual([
      ['closed', 1],
      ['confirmed', 1],
      ['open', 2],
      ['resolved', 1],
      ['waiting', 1],
    ]);
    expect(summary.byRaisedSeverity.map(({ raisedSeverity, issues }) => [raisedSeverity, issues])).toEqual([
      ['critical', 1],
      ['high', 1],
      ['low', 1],
      ['normal', 3],
    ]);
    expect(summary.byTeam.map(({ team, issues }) => [team, issues])).toEqual([
      ['t1', 1],
      ['t2', 2],
      [null, 3],
    ]);
    expect(summary.byCategory.find(({ category }) => category === 'billing')).toMatchObject({
      issues: 5,
      customers: 3,
    });
    expect(await issuesSummary(query, { tenant, status: 'open' })).toMatchObject({ issues: 3, customers: 2 });
    expect(await issuesSummary(query, { tenant: 'none' })).toMatchObject({ issues: 0, byState: [] });
  });
});
