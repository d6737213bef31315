import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TestLedger } from '../../../../test/kit/test-ledger.js';
import { purchases } from '../../../../test/kit/real-histories.js';
import { BEGIN, histories } from '../../../../test/kit/random-histories.js';
import { answered, bought, day, dayText, raised, eventOn } from '../../../../test/kit/event-builders.js';
import type { TestEvent } from '../../../../test/kit/test-event.js';
import { customerView } from './customer-views.js';
import { explain, type ExplanationPage } from './explain.js';

const DAY = 86_400_000;
/** Cases of a property; `CX_RUNS` makes it a longer search. */
const runs = (usual: number): number => Number(process.env['CX_RUNS'] ?? usual);
const NOW = BEGIN + 400 * DAY;
const VIEWS = ['churn-risk', 'loyalty'] as const;
const about = { tenant: 'default', customer: 'c-1' };

type Lines = ExplanationPage['contributions'];

/** Opening and changes, added as integers of millionths. */
const sumOf = (opening: number | null, lines: Lines) =>
  lines.reduce((sum, { change }) => sum + Math.round(change * 1e6), Math.round((opening ?? 0) * 1e6)) / 1e6;

async function allLines(
  { query }: TestLedger,
  view: string,
  limit: number,
): Promise<readonly ExplanationPage[]> {
  const pages: ExplanationPage[] = [];
  for (let place: ExplanationPage['next'] | undefined; place !== null; place = pages.at(-1)!.next) {
    pages.push(await explain(query, { ...about, view, limit, place }));
  }
  return pages;
}

describe('an explanation', () => {
  it('sums exactly to the score that the view publishes at the same time', async () => {
    await fc.assert(
      fc.asyncProperty(histories(), fc.option(fc.integer({ min: -10, max: 500 })), async (events, days) => {
        const { query } = await TestLedger.of(events, NOW);
        const asOf = days === null ? {} : { asOf: new Date(BEGIN + days * DAY).toISOString() };
        for (const view of VIEWS) {
          const question = { ...about, ...asOf, view };
          const { score, opening, contributions } = await explain(query, { ...question, limit: 1000 });
          const published = await customerView(query, question);
          expect(score).toBe(published[view === 'loyalty' ? 'score' : 'risk']);
          if (score === null) expect(contributions).toEqual([]);
          else expect(sumOf(opening, contributions)).toBe(score);
        }
      }),
      { numRuns: runs(100) },
    );
  });

  it('says the same page by page as in one, and B12: counts lines, not events', async () => {
    await fc.assert(
      fc.asyncProperty(histories('c-1', 20), fc.integer({ min: 1, max: 7 }), async (events, limit) => {
        const ledger = await TestLedger.of(events, NOW);
        for (const view of VIEWS) {
          const whole = await explain(ledger.query, { ...about, view, limit: 1000 });
          const pages = await allLines(ledger, view, limit);
          for (const page of pages.slice(0, -1)) expect(page.contributions).toHaveLength(limit);
          for (const page of pages) {
            expect([page.score, page.asOf]).toEqual([whole.score, whole.asOf]);
          }
          expect(pages.flatMap(({ contributions }) => contributions)).toEqual(whole.contributions);
        }
      }),
      { numRuns: runs(50) },
    );
  });

  it('opens with the base rate, shows the first purchase as a change of kind, and silence between purchases', async () => {
    const { query } = await TestLedger.of([bought(0), bought(91)], day(400));
    const { opening, contributions } = await explain(query, {
      ...about,
      view: 'churn-risk',
      asOf: dayText(182),
    });
    expect(opening).toBe(0.2);
    expect(contributions.map(({ type }) => type)).toEqual([
      'kind-changed',
      'PurchaseMade',
      'silence',
      'PurchaseMade',
      'silence',
    ]);
    const [kind, first, silence, second] = contributions;
    expect(first!.change).toBe(0);
    expect(kind!.scoreAfter).toBe(0.711274);
    expect(silence!.change).toBeGreaterThan(0.1);
    expect(second!.change).toBeLessThan(0);
  });

  it('gives a policy that comes into force a line of its own, and explains each time by the policy of that time', async () => {
    const ledger = await TestLedger.of([answered(0, 'csat', 1)], day(400));
    const strict = { policy: 'strict', version: 2, baseRate: 0.4 };
    await ledger.publish({ type: 'ScoringPolicyPublished', data: strict, effectiveFrom: day(50) });
    await ledger.tell(answered(60, 'csat', 5));
    const { contributions, opening, score } = await explain(ledger.query, { ...about, view: 'churn-risk' });
    expect(contributions.map(({ type }) => type)).toEqual([
      'FeedbackGiven',
      'silence',
      'policy-changed',
      'silence',
      'FeedbackGiven',
      'silence',
    ]);
    expect(opening).toBe(0.2);
    expect(contributions[2]).toMatchObject({ occurredAt: dayText(50) });
    expect(contributions[2]!.change).toBeGreaterThan(0.15);
    expect(sumOf(opening, contributions)).toBe(score);
  });

  it('A14: gives a breach and a missed promise lines of their own at their instants, naming them', async () => {
    const events = [
      raised(0, 'i'),
      eventOn('PromiseMade', 0, { promiseId: 'p', kind: 'callback', dueAt: dayText(2) }),
      eventOn('ContactStarted', 3, { contactId: 'c', channel: 'phone', direction: 'inbound' }),
    ];
    const { query } = await TestLedger.of(events, day(9));
    const { contributions, score, opening } = await explain(query, { ...about, view: 'churn-risk' });
    const changes = contributions.filter(({ change }) => change !== 0);
    expect(
      changes.map(({ type, occurredAt, issueId, promiseId }) => [type, occurredAt, issueId ?? promiseId]),
    ).toEqual([
      ['sla-breached', dayText(1), 'i'],
      ['promise-missed', new Date(day(2) + 1).toISOString(), 'p'],
      ['silence', dayText(3), undefined],
      ['silence', dayText(9), undefined],
    ]);
    // From .2: an open issue past its SLA adds .8 to the log odds, as in the view.
    expect(changes[0]).toMatchObject({ change: 0.157486, scoreAfter: 0.357486 });
    expect(sumOf(opening, contributions)).toBe(score);
  });

  it('A14: gives what several breaches of one instant change together to the first, and takes nothing back between', async () => {
    const events = ['a', 'b', 'c'].map((id, i) => ({ ...raised(0, id), sequence: i }));
    const { query } = await TestLedger.of(events, day(9));
    const { contributions, score } = await explain(query, { ...about, view: 'churn-risk' });
    const since = contributions.filter(({ occurredAt }) => occurredAt === dayText(1));
    // Three open issues past their SLA add .8 · log2(4) = 1.6 to the log odds of .2: 1 / (1 + e^−0.213706).
    expect(since.map(({ type, issueId, change, scoreAfter }) => [type, issueId, change, scoreAfter])).toEqual(
      [
        ['sla-breached', 'a', 0.353224, 0.553224],
        ['sla-breached', 'b', 0, 0.553224],
        ['sla-breached', 'c', 0, 0.553224],
      ],
    );
    expect(score).toBe(0.553224);
  });

  it('says in words what happened, and what time did', async () => {
    const events = [
      raised(0, 'i'),
      eventOn('PromiseMade', 0, { promiseId: 'p', kind: 'callback', dueAt: dayText(2) }),
      bought(3),
    ];
    const ledger = await TestLedger.of(events, day(400));
    const strict = { policy: 'strict', version: 2, baseRate: 0.4 };
    await ledger.publish({ type: 'ScoringPolicyPublished', data: strict, effectiveFrom: day(50) });
    const question = { ...about, view: 'churn-risk', asOf: dayText(94) };
    const { contributions } = await explain(ledger.query, question);
    expect(contributions.map(({ occurredAt, text }) => [occurredAt, text])).toEqual([
      [dayText(0), 'An issue was raised: billing, severity normal (issue i)'],
      [dayText(0), `A call back was promised until ${dayText(2)} (promise p)`],
      [dayText(1), 'Issue i was not resolved in time: it was due at 2026-01-06 09:00'],
      [new Date(day(2) + 1).toISOString(), 'Promise p was not kept in time: it was due at 2026-01-07 09:00'],
      [dayText(3), '1 day without anything new'],
      [dayText(3), 'First known purchase: from here on the risk is judged by purchases'],
      [dayText(3), 'The customer bought for 10 EUR (order o-3)'],
      // From day 3 to day 50 are 47 days, from day 3 to day 94 are 91.
      [dayText(50), 'No purchase for 7 weeks'],
      [dayText(50), 'Scoring policy strict@2 came into force'],
      [dayText(94), 'No purchase for 13 weeks'],
    ]);
  });

  it('explains the excess beside the risk, exactly, and says where the band changes', async () => {
    await fc.assert(
      fc.asyncProperty(histories('c-1'), fc.integer({ min: 0, max: 420 }), async (events, days) => {
        const ledger = await TestLedger.of(events, BEGIN + days * 86_400_000);
        const whole = await explain(ledger.query, { ...about, view: 'churn-risk', limit: 1000 });
        if (whole.excess === null || whole.excess === undefined) return;
        const changes = whole.contributions.map(({ excessChange }) => excessChange ?? 0);
        const millionthsOf = (value: number) => Math.round(value * 1e6);
        const sum = [whole.excessOpening ?? 0, ...changes].reduce((all, one) => all + millionthsOf(one), 0);
        expect(sum).toBe(millionthsOf(whole.excess));
        const bands = whole.contributions.flatMap(({ bandAfter }) => bandAfter ?? []);
        // A customer of whom nothing is known would be low.
        expect(bands.at(-1) ?? 'low').toBe(whole.band);
        const causes = await explain(ledger.query, { ...about, view: 'churn-risk', by: 'cause' });
        const ofCauses = causes.groups!.reduce(
          (all, group) => all + millionthsOf(group.excessChange ?? 0),
          0,
        );
        expect(millionthsOf(whole.excessOpening ?? 0) + ofCauses).toBe(millionthsOf(whole.excess));
      }),
      { numRuns: runs(40) },
    );
  });

  it('names tenant, moment, policy, model, coverage and calibration', async () => {
    const { query } = await TestLedger.of([bought(0)], day(91));
    const answer = await explain(query, { ...about, view: 'churn-risk', at: '1', asOf: dayText(91) });
    // One purchase, 13 weeks ago: excess .59, high.
    expect(answer).toMatchObject({
      ...{ tenant: 'default', customer: 'c-1', asOf: dayText(91), knownUpTo: '1', position: '1' },
      ...{ policyVersion: 'default@1', modelVersion: 'default@1', calibrated: false, coverage: 1 },
      ...{ band: 'high', excessOpening: 0.2 },
    });
    expect(answer.excess).toBeCloseTo(0.59, 2);
    expect(answer.contributions.at(-1)).toMatchObject({ type: 'silence', bandAfter: 'high' });
    const none = await explain(query, { ...about, view: 'loyalty', asOf: dayText(-1) });
    expect(none).toMatchObject({ band: null, score: null });
    expect(none).not.toHaveProperty('excess');
  });

  it('A13: sums where a policy makes the score unknown for a while, in one page and in several', async () => {
    const ledger = await TestLedger.of([answered(0, 'csat', 5)], day(400));
    const none = { policy: 'none', version: 1, weights: { attitude: 0, behaviour: 1 } };
    const usual = { policy: 'usual', version: 1 };
    await ledger.publish({ type: 'ScoringPolicyPublished', data: none, effectiveFrom: day(50) });
    await ledger.publish({ type: 'ScoringPolicyPublished', data: usual, effectiveFrom: day(90) });
    const whole = await explain(ledger.query, { ...about, view: 'loyalty' });
    expect(whole.contributions.map(({ scoreAfter }) => scoreAfter)).toContain(null);
    expect(sumOf(whole.opening, whole.contributions)).toBe(whole.score);
    for (const limit of [1, 2, 3]) {
      const pages = await allLines(ledger, 'loyalty', limit);
      const lines = pages.flatMap(({ contributions }) => contributions);
      expect(lines).toEqual(whole.contributions);
    }
  });

  it('of the CDNOW purchases is exact, for every customer', async () => {
    const byCustomer = new Map<string, TestEvent[]>();
    for (const purchase of purchases()) {
      byCustomer.set(purchase.customer, [...(byCustomer.get(purchase.customer) ?? []), purchase]);
    }
    const { query } = await TestLedger.of(purchases(), Date.UTC(1998, 6, 1));
    for (const customer of byCustomer.keys()) {
      for (const view of VIEWS) {
        const question = { tenant: 'default', customer, view, limit: 1000 };
        const { score, opening, contributions } = await explain(query, question);
        expect(sumOf(opening, contributions)).toBe(score);
      }
    }
  }, 120_000);
});
