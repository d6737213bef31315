import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { asking as askingAt } from '../../../../test/kit/asking.js';
import type { ToldEvent } from '../../../../test/kit/told-event.js';
import { BEGIN, histories } from '../../../../test/kit/random-histories.js';
import { customerView } from './customer-question.js';
import { explain, type ExplanationLine, type ExplanationPlace } from './explain.js';

const DAY = 86_400_000;
const NOW = BEGIN + 400 * DAY;
const time = (millis: number) => new Date(millis).toISOString();

const asking = (events: readonly ToldEvent[] = []) => askingAt(events, NOW);

const sumOf = (opening: number | null, lines: readonly ExplanationLine[]) =>
  lines.reduce((sum, { change }) => sum + Math.round(change * 1e6), Math.round((opening ?? 0) * 1e6)) / 1e6;

const VIEWS = ['churn-risk', 'loyalty'] as const;

describe('an explanation', () => {
  it('sums exactly to the score that the view publishes at the same time', async () => {
    await fc.assert(
      fc.asyncProperty(histories(), fc.option(fc.integer({ min: -10, max: 500 })), async (events, days) => {
        const { asker } = asking(events);
        const moment = {
          tenant: 'default',
          customer: 'c-1',
          ...(days !== null && { asOf: time(BEGIN + days * DAY) }),
        };
        for (const view of VIEWS) {
          const { score, opening, contributions } = await explain(asker, { ...moment, view });
          const published =
            view === 'loyalty'
              ? (await customerView(asker, { ...moment, view })).score
              : (await customerView(asker, { ...moment, view })).risk;
          expect(score).toBe(published);
          if (score === null) expect(contributions).toEqual([]);
          else expect(sumOf(opening, contributions)).toBe(score);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('says the same page by page as in one', async () => {
    await fc.assert(
      fc.asyncProperty(histories('c-1', 20), fc.integer({ min: 1, max: 7 }), async (events, limit) => {
        const { asker } = asking(events);
        for (const view of VIEWS) {
          const question = { tenant: 'default', customer: 'c-1', view };
          const whole = await explain(asker, question);
          const lines: ExplanationLine[] = [];
          for (let place: ExplanationPlace | undefined; ;) {
            const page = await explain(asker, { ...question, limit, place });
            expect([page.score, page.opening, page.asOf]).toEqual([whole.score, whole.opening, whole.asOf]);
            lines.push(...page.contributions);
            if (page.next === null) break;
            place = page.next;
          }
          expect(lines).toEqual(whole.contributions);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('opens with the base rate, shows the first purchase as a change of kind, and silence between purchases', async () => {
    const buy = (days: number): ToldEvent => ({
      type: 'PurchaseMade',
      customer: 'c-1',
      at: BEGIN + days * DAY,
      data: { orderId: 'o', amount: '1', currency: 'EUR' },
    });
    const { asker } = asking([buy(0), buy(91)]);
    const answer = await explain(asker, {
      tenant: 'default',
      customer: 'c-1',
      view: 'churn-risk',
      asOf: time(BEGIN + 182 * DAY),
    });
    expect(answer.opening).toBe(0.2);
    expect(answer.contributions.map(({ type }) => type)).toEqual([
      'kind-changed',
      'PurchaseMade',
      'silence',
      'PurchaseMade',
      'silence',
    ]);
    const [kind, first, silence, second] = answer.contributions;
    expect(first!.change).toBe(0);
    expect(kind!.scoreAfter).toBe(0.711274);
    expect(silence!.change).toBeGreaterThan(0.1);
    expect(second!.change).toBeLessThan(0);
  });

  it('gives a policy that comes into force a line of its own, and explains each time by the policy of that time', async () => {
    const { asker, model } = asking();
    const feedback = (days: number, score: number): ToldEvent => ({
      type: 'FeedbackGiven',
      customer: 'c-1',
      at: BEGIN + days * DAY,
      data: { survey: 'csat', score },
    });
    model.tell(feedback(0, 1));
    model.publish({
      type: 'ScoringPolicyPublished',
      data: { policy: 'strict', version: 2, baseRate: 0.4 },
      effectiveFrom: BEGIN + 50 * DAY,
    });
    model.tell(feedback(60, 5));
    const { contributions, opening, score } = await explain(asker, {
      tenant: 'default',
      customer: 'c-1',
      view: 'churn-risk',
    });
    expect(contributions.map(({ type }) => type)).toEqual([
      'FeedbackGiven',
      'silence',
      'policy-changed',
      'silence',
      'FeedbackGiven',
      'silence',
    ]);
    expect(opening).toBe(0.2);
    expect(contributions[2]).toMatchObject({ at: time(BEGIN + 50 * DAY) });
    expect(contributions[2]!.change).toBeGreaterThan(0.15);
    expect(sumOf(opening, contributions)).toBe(score);
  });
});
