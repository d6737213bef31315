import { describe, expect, it } from '@jest/globals';
import { churnReasons } from './churn-reasons.js';
import { type ChurnInputs, churnScore } from './churn-score.js';
import { addDecayed } from './decay.js';
import { DEFAULT_POLICY } from './default-policy.js';
import { DAY, HOUR, WEEK } from './duration.js';
import { DEFAULT_MODEL } from './model.js';

const context = { policy: DEFAULT_POLICY, model: DEFAULT_MODEL };
const NOW = Date.parse('2026-03-01T12:00:00Z');
const nothing: ChurnInputs = { openIssues: 0, signals: {}, breaches: [], promises: [] };
const texts = (inputs: ChurnInputs, asOf = NOW) =>
  churnReasons(inputs, asOf, context).map(({ text }) => text);

describe('reasons of churn', () => {
  it('B18: say what is missing, also of a customer who phoned last week', () => {
    const purchases = { first: NOW - 113 * WEEK, last: NOW - 13 * WEEK, x: 25 };
    const inputs = { ...nothing, purchases, lastContactAt: NOW - WEEK };
    expect(texts(inputs)).toEqual(['no purchase for 13 weeks, used to buy every 4 weeks']);
    const once = { first: NOW - 10 * DAY, last: NOW - 10 * DAY, x: 0 };
    expect(texts({ ...nothing, purchases: once })).toEqual(['no purchase for 10 days, bought once before']);
  });

  it('B18: name what service did, the weightiest first', () => {
    const signal = (count: number) => addDecayed(undefined, NOW, count, 60);
    const inputs: ChurnInputs = {
      ...nothing,
      openIssues: 2,
      breaches: [
        [NOW - DAY, 'INC7'],
        [NOW + DAY, 'INC8'],
      ],
      signals: { repeatContact: signal(1), negativeFeedback: signal(1), positiveFeedback: signal(1) },
    };
    expect(texts(inputs)).toEqual([
      'issue INC7 is past its SLA target',
      'gave negative feedback',
      'contacted us again about the same issue',
    ]);
    expect(texts(inputs, NOW + DAY)[0]).toBe('2 issues are past their SLA target (INC7, INC8)');
    expect(texts({ ...nothing, signals: { breachedIssue: signal(1) } })).toEqual([
      'an earlier issue was resolved after its SLA target',
    ]);
  });

  it('A23: name the year of the contract that the risk is of, to the hour around its anniversary', () => {
    // sBG: the chance to cancel in year t is .704 / (.704 + 1.182 + t − 1): .373277 in year 1, .243936 in year 2.
    const startedAt = Date.parse('2024-03-10T09:00:00Z');
    const anniversary = Date.parse('2025-03-10T09:00:00Z');
    const inputs = { ...nothing, contract: { startedAt, endedAt: null } };
    for (let hours = -12; hours < 12; hours++) {
      const at = anniversary + hours * HOUR;
      const year = hours < 0 ? 1 : 2;
      expect(texts(inputs, at)).toEqual([`in year ${year} of the contract`]);
      expect(churnScore(inputs, at, context).risk).toBeCloseTo(year === 1 ? 0.373277 : 0.243936, 6);
    }
  });
});
