import { describe, expect, it } from '@jest/globals';
import type { TestEvent } from '../../../../test/kit/test-event.js';
import { TestLedger } from '../../../../test/kit/test-ledger.js';
import { leadingInsight } from './leading-insight.js';
import { repurchaseInsight } from './repurchase-insight.js';
import { standingInsight } from './standing-insight.js';

const tenant = 'default';
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A Monday. */
const FROM = Date.UTC(2025, 0, 6);
const NOW = FROM + 400 * DAY;

const day = (at: number) => new Date(at).toISOString().slice(0, 10);

describe('12.3: insights over the company’s own events', () => {
  it('say that customers who wait in vain one week are less satisfied two weeks later', async () => {
    // Of ten contacts a week so many are given up; two weeks later as many of ten answers are bad.
    const givenUp = [3, 9, 9, 1, 1, 4, 6, 2, 8, 5, 3, 8, 7, 7];
    const events = givenUp.flatMap((bad, week) =>
      Array.from({ length: 10 }, (_, i) => weekOf(week, i, i < bad)).flat(),
    );
    const { query } = await TestLedger.of(events, NOW);
    const question = {
      ...{ tenant, from: day(FROM), to: day(FROM + 16 * 7 * DAY), bucket: 'week' as const, lags: 3 },
      ...{ leading: 'abandonment', lagging: 'csat' },
    };
    const answer = await leadingInsight.answer(query, question);
    expect(answer.items).toMatchObject([
      { leading: 'abandonment', lagging: 'csat', lag: 2, rho: -1, n: 14, isClear: true },
    ]);
    const short = await leadingInsight.answer(query, { ...question, to: day(FROM + 8 * 7 * DAY) });
    expect(short).toMatchObject({ tooFew: true, items: [], pairsTooFew: 1, comparisons: 0 });
    await expect(leadingInsight.answer(query, { ...question, leading: 'csat' })).rejects.toThrow(
      'leading: must name leading measures, and csat is none',
    );
    await expect(leadingInsight.answer(query, { ...question, lagging: 'csta' })).rejects.toThrow(
      'did you mean csat?',
    );
  });

  it('say who places another company first, by each customer’s latest answer that ranks', async () => {
    const ranked = (customer: string, score: number, rank: number, at: number): TestEvent => ({
      ...{ type: 'FeedbackGiven', customer, at, data: { survey: 'nps', score, rank, rankedAmong: 2 } },
    });
    // Of 20 customers 15 place it first, 3 of the satisfied do not; earlier places, and answers without one, do not count.
    const events = Array.from({ length: 20 }, (_, i) => [
      ranked(`c${i}`, 10, 2, FROM),
      ranked(`c${i}`, i < 18 ? 9 : 3, i < 15 ? 1 : 2, FROM + DAY),
      answered(`c${i}`, FROM + 2 * DAY, 5, 'later'),
    ]).flat();
    const { query } = await TestLedger.of(events, NOW);
    const answer = await standingInsight.answer(query, { tenant, from: day(FROM), to: day(FROM + 9 * DAY) });
    expect(answer).toMatchObject({ n: 20, first: 15, firstShare: { share: 0.75 } });
    // (15 × 2/3 + 5 × 1/3) ÷ 20
    expect(answer.wallet!.share).toBe(0.583333);
    expect(answer.satisfiedElsewhere).toMatchObject({ n: 18, share: 0.166667 });
    expect(answer.items).toMatchObject([{ among: 2, n: 20 }]);
    const before = await standingInsight.answer(query, { tenant, from: day(FROM - DAY), to: day(FROM) });
    expect(before).toMatchObject({ n: 0, tooFew: true, firstShare: null, items: [] });
  });

  it('compare all leading with all lagging measures when none is named', async () => {
    const { query } = await TestLedger.of([...weekOf(0, 0, true)], NOW);
    const { pairsTooFew, tooFew } = await leadingInsight.answer(query, { tenant });
    expect([tooFew, pairsTooFew > 300]).toEqual([true, true]);
  });

  it('count who bought again by the latest answer of each customer whose days have passed', async () => {
    // Of 20 customers a level so many buy 30 days later.
    const levels = [
      [1, 2],
      [3, 10],
      [5, 12],
    ] as const;
    const events = levels.flatMap(([level, buyers]) =>
      Array.from({ length: 20 }, (_, i) => [
        // An earlier answer is no second vote; a purchase before the answer, or long after it, is none that counts.
        answered(`c${level}-${i}`, FROM, 1, 'first'),
        bought(`c${level}-${i}`, FROM + DAY),
        answered(`c${level}-${i}`, FROM + 2 * DAY, level, 'second'),
        bought(`c${level}-${i}`, FROM + (i < buyers ? 32 : 94) * DAY),
      ]).flat(),
    );
    const open = answered('late', NOW - DAY, 5, 'late');
    const { query } = await TestLedger.of([...events, open], NOW);
    const question = { tenant, from: day(FROM), to: day(NOW + DAY) };
    const answer = await repurchaseInsight.answer(query, question);
    expect([answer.customers, answer.open, answer.tooFew]).toEqual([60, 1, undefined]);
    expect(answer.items.map(({ level, n, bought: again, fitted }) => [level, n, again, fitted])).toEqual([
      [1, 20, 2, 0.1],
      [3, 20, 10, 0.5],
      [5, 20, 12, 0.6],
    ]);
    // (.5 − .1) ÷ 2 before, (.6 − .5) ÷ 2 after; twenty customers a level are too few to be sure.
    expect(answer.knee).toMatchObject({
      level: 3,
      riseBefore: 0.2,
      riseAfter: 0.05,
      difference: 0.15,
      isClear: false,
    });
    const nps = await repurchaseInsight.answer(query, { ...question, survey: 'nps' });
    expect(nps).toMatchObject({ customers: 0, items: [], tooFew: true, knee: null });
    const week = await repurchaseInsight.answer(query, { ...question, days: 29 });
    expect(week.items.map(({ bought: again }) => again)).toEqual([0, 0, 0]);
  });
});

/** A contact of a week, given up or answered, and an answer two weeks later that is bad or good. */
function weekOf(week: number, i: number, isBad: boolean): readonly TestEvent[] {
  const [at, contactId, customer] = [FROM + week * 7 * DAY + i * HOUR, `k${week}-${i}`, `c${week}-${i}`];
  const own = { customer, at };
  const events: TestEvent[] = [
    { type: 'ContactStarted', ...own, data: { contactId, channel: 'phone', direction: 'inbound' } },
    {
      type: 'ContactEnded',
      customer,
      at: at + 120_000,
      data: { contactId, disposition: isBad ? 'abandoned' : 'completed' },
    },
    answered(customer, at + 14 * DAY, isBad ? 1 : 5, contactId),
  ];
  const greeting = { contactId, agentId: 'a', agentKind: 'human' };
  return isBad ? events : [...events, { type: 'CustomerGreeted', customer, at: at + 60_000, data: greeting }];
}

function answered(customer: string, at: number, score: number, surveyId: string): TestEvent {
  return { type: 'FeedbackGiven', customer, at, data: { survey: 'csat', score, surveyId } };
}

function bought(customer: string, at: number): TestEvent {
  const data = { orderId: `o-${customer}-${at}`, amount: '10.00', currency: 'EUR' };
  return { type: 'PurchaseMade', customer, at, data };
}
