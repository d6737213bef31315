import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { asking } from '../../../../test/kit/asking.js';
import type { ToldEvent } from '../../../../test/kit/told-event.js';
import { BEGIN, histories } from '../../../../test/kit/random-histories.js';
import { answered, bought, contacted, day, dayText, raised, told } from '../../../../test/kit/told.js';
import { churnRiskList } from './churn-risk-list.js';
import { customerQuestion } from './customer-question.js';
import { issueQueue } from './issue-queue.js';
import type { ListPlace } from './list-inquiry.js';
import { issuesSummary } from './issues-summary.js';
import { loyaltyList } from './loyalty-list.js';

const DAY = 86_400_000;
const tenant = 'default';

/** All pages of a list in one. */
async function allPages<Item>(
  ask: (page: {
    limit: number;
    place?: ListPlace;
  }) => Promise<{ items: readonly Item[]; next: ListPlace | null }>,
  limit: number,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  for (let place: ListPlace | undefined; ;) {
    const page = await ask({ limit, place });
    items.push(...page.items);
    if (page.next === null) return items;
    place = page.next;
  }
}

const companies = fc
  .tuple(histories('a', 15), histories('b', 15), histories('c', 15))
  .map((each) => each.flatMap((events, i) => events.map((event) => ({ ...event, id: `${i}-${event.id}` }))));

describe('a list', () => {
  it('says of each customer exactly what the customer’s own view says, in the order of the list', async () => {
    await fc.assert(
      fc.asyncProperty(companies, fc.integer({ min: 0, max: 500 }), async (events, wait) => {
        const { asker } = asking(events, BEGIN + (300 + wait) * DAY);
        const risky = await allPages((page) => churnRiskList(asker, { tenant, ...page }), 1);
        const lost = await churnRiskList(asker, { tenant, band: 'lost' });
        const loyal = await allPages((page) => loyaltyList(asker, { tenant, ...page }), 2);
        const listed = [...risky, ...lost.items].map(({ customer }) => customer).sort();
        expect(listed).toEqual(['a', 'b', 'c']);
        for (const { customer, risk, excess, band, nextBandAt } of [...risky, ...lost.items]) {
          const { churnRisk } = await customerQuestion(asker, { tenant, customer });
          expect([risk, excess, band]).toEqual([churnRisk.risk, churnRisk.excess, churnRisk.band]);
          expect(nextBandAt).toBe(churnRisk.nextBandAt ?? null);
        }
        for (const { customer, score, band, coverage } of loyal) {
          const { loyalty } = await customerQuestion(asker, { tenant, customer });
          expect([score, band, coverage]).toEqual([loyalty.score, loyalty.band, loyalty.coverage]);
        }
        expect(risky.map(({ excess }) => excess)).toEqual(
          risky.map(({ excess }) => excess).sort((x, y) => y - x),
        );
        const scores = loyal.map(({ score }) => score ?? -1);
        expect(scores).toEqual([...scores].sort((x, y) => y - x));
      }),
      { numRuns: 60 },
    );
  });

  it('of the past is what the list was then: as of a time, and at a position', async () => {
    await fc.assert(
      fc.asyncProperty(companies, fc.integer({ min: 0, max: 300 }), async (events, days) => {
        const asOf = BEGIN + days * DAY;
        const later: ToldEvent = { type: 'ReferralMade', customer: 'a', at: BEGIN + 301 * DAY };
        const past = events.filter(({ at }) => Number(at) <= asOf);
        const then = asking(past, asOf).asker;
        const now = asking(
          [...past, ...events.filter((event) => !past.includes(event)), later],
          BEGIN + 400 * DAY,
        ).asker;
        const withoutPosition = ({ items }: { items: readonly object[] }) => items;
        for (const sort of ['breachAt', 'openedAt', 'pressure'] as const) {
          const was = withoutPosition(await issueQueue(then, { tenant, sort }));
          const moment = { tenant, asOf: new Date(asOf).toISOString() };
          expect(withoutPosition(await issueQueue(now, { ...moment, sort }))).toEqual(was);
          expect(
            withoutPosition(await issueQueue(now, { ...moment, sort, at: String(past.length) })),
          ).toEqual(was);
        }
        const counts = async (...question: Parameters<typeof issuesSummary>) => {
          const { position: _1, asOf: _2, ...rest } = await issuesSummary(...question);
          return rest;
        };
        const was = await counts(then, { tenant });
        expect(await counts(now, { tenant, asOf: new Date(asOf).toISOString() })).toEqual(was);
        const riskThen = await churnRiskList(then, { tenant });
        const riskNow = await churnRiskList(now, { tenant, asOf: new Date(asOf).toISOString() });
        expect(riskNow.items).toEqual(riskThen.items);
      }),
      { numRuns: 40 },
    );
  });

  it('of the past is refused, with bound and setting, when the tenant has too many events', async () => {
    const { asker } = asking([bought(0), bought(10), bought(20)], day(30));
    const bounded = { ...asker, historicalEvents: 2 };
    await expect(churnRiskList(bounded, { tenant, asOf: dayText(5) })).rejects.toMatchObject({
      code: 'historical-question-too-large',
      message: expect.stringMatching(/3 events.* 2 .*CX_HISTORICAL_EVENTS/),
    });
    expect((await churnRiskList(bounded, { tenant })).items).toHaveLength(1);
  });

  it('goes on from its place though the tenant has gone on meanwhile', async () => {
    const { asker, model } = asking([bought(0, 'a'), bought(1, 'b'), bought(2, 'c')], day(90));
    const first = await churnRiskList({ ...asker, historicalEvents: 0 }, { tenant, limit: 1 });
    model.tell(bought(91, 'd'));
    const second = await churnRiskList(
      { ...asker, historicalEvents: 0 },
      { tenant, limit: 1, place: first.next! },
    );
    expect([first, second].map(({ items }) => items[0]!.customer)).toEqual(['a', 'b']);
    expect(second.asOf).toBe(first.asOf);
  });

  it('knows no other tenant', async () => {
    const { asker, model } = asking([bought(0)], day(30));
    model.tell(bought(0, 'theirs'), 'other');
    expect((await churnRiskList(asker, { tenant })).items.map(({ customer }) => customer)).toEqual(['c-1']);
    expect((await churnRiskList(asker, { tenant: 'none' })).items).toEqual([]);
  });
});

describe('the list at risk', () => {
  const gone = [
    told('ContractStarted', 0, { contractId: 'k' }, 'gone'),
    told('ContractEnded', 5, { contractId: 'k' }, 'gone'),
  ];

  it('leaves out who is lost or has left, unless they are asked for', async () => {
    const { asker } = asking([...gone, bought(0, 'silent'), bought(900, 'fresh')], day(900));
    const names = ({ items }: { items: readonly { customer: string }[] }) =>
      items.map(({ customer }) => customer);
    expect(names(await churnRiskList(asker, { tenant }))).toEqual(['fresh']);
    const lost = await churnRiskList(asker, { tenant, band: 'lost' });
    expect(names(lost)).toEqual(['gone', 'silent']);
    expect(lost.items[0]).toMatchObject({ risk: 1, left: true });
    expect(lost.items[0]!.reasons[0]!.text).toBe('the last contract ended 128 weeks ago');
  });

  it('gives reasons in words, the weightiest first, each with what it adds to the log odds', async () => {
    const events = [
      ...[0, 28, 56, 84].map((days) => bought(days)),
      contacted(100, 'c1'),
      raised(100, 'INC7', { contactId: 'c1' }),
      told('IssueTransferred', 101, { issueId: 'INC7' }),
      answered(102, 'csat', 1),
      answered(102, 'csat', 5),
    ];
    const { asker } = asking(events, day(84 + 13 * 7));
    const [item] = (await churnRiskList(asker, { tenant })).items;
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
    const { asker } = asking([bought(0)], day(30));
    const asked = Promise.resolve().then(() => churnRiskList(asker, { tenant, band: 'severe' as 'high' }));
    await expect(asked).rejects.toMatchObject({
      code: 'invalid-question',
      faults: [{ pointer: '/band', detail: 'must be one of low, medium, high, critical, lost' }],
    });
  });
});

describe('the queue of issues', () => {
  const events = [
    raised(0, 'late', { severity: 'critical', team: 't1' }, 'a'),
    raised(3, 'new', { severity: 'low', team: 't2' }, 'a'),
    raised(2, 'waiting', { category: 'delivery' }, 'b'),
    told('IssueWaiting', 2.1, { issueId: 'waiting', on: 'customer' }, 'b'),
    raised(0, 'solved', {}, 'b'),
    told('ResolutionProvided', 2, { issueId: 'solved' }, 'b'),
    raised(0, 'agreed', {}, 'b'),
    told('ResolutionConfirmed', 0.5, { issueId: 'agreed' }, 'b'),
    raised(0, 'back', { severity: 'high' }, 'c'),
    told('IssueReprioritised', 0.1, { issueId: 'back', severity: 'normal' }, 'c'),
    told('IssueTransferred', 0.1, { issueId: 'back', toTeam: 't2' }, 'c'),
    told('IssueBreachReported', 0.1, { issueId: 'back' }, 'c'),
    told('IssueClosed', 0.2, { issueId: 'back' }, 'c'),
    told('IssueReopened', 2.5, { issueId: 'back' }, 'c'),
    told('IssueClosed', 2.6, { issueId: 'back' }, 'c'),
  ];
  const { asker } = asking(events, day(3));
  const ids = async (filter: Omit<Parameters<typeof issueQueue>[1], 'tenant'>) =>
    (await issueQueue(asker, { tenant, ...filter })).items.map(({ issueId }) => issueId);

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

  it('is sorted by what breaches first, clocks that stand last; by age; by pressure', async () => {
    expect(await ids({ status: 'open', sort: 'breachAt' })).toEqual(['late', 'new', 'waiting']);
    expect(await ids({ status: 'open', sort: 'openedAt' })).toEqual(['late', 'waiting', 'new']);
    expect(await ids({ status: 'open', sort: 'pressure' })).toEqual(['late', 'waiting', 'new']);
    expect(await allPages((page) => issueQueue(asker, { tenant, ...page }), 2)).toHaveLength(6);
  });

  it('is counted by state, severity, category and team', async () => {
    const summary = await issuesSummary(asker, { tenant });
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
    expect(await issuesSummary(asker, { tenant, status: 'open' })).toMatchObject({ issues: 3, customers: 2 });
    expect(await issuesSummary(asker, { tenant: 'none' })).toMatchObject({ issues: 0, byState: [] });
  });
});
