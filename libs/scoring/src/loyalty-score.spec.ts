import { describe, expect, it } from '@jest/globals';
import { advocacyAt, mentionWeight, recommendationWeight } from './advocacy.js';
import { addDecayed } from './decay.js';
import { DEFAULT_POLICY } from './default-policy.js';
import { disconfirmationOf, feedbackSignal, perceivedOf } from './disconfirmation.js';
import { DAY } from './duration.js';
import { loyaltyBand, loyaltyScore } from './loyalty-score.js';
import { VALUE_DISCIPLINES } from './value-disciplines.js';

const policy = DEFAULT_POLICY;

describe('loyalty', () => {
  it('is the weighted mean of its four parts', () => {
    const score = loyaltyScore({ behaviour: 0.8, attitude: 0.6, advocacy: 0.5, process: 1 }, policy);
    expect(score).toMatchObject({ score: 40 * 0.8 + 35 * 0.6 + 15 * 0.5 + 10, coverage: 1, band: 'medium' });
  });

  it('gives the weight of what is missing to the others, and says how much it knew', () => {
    const score = loyaltyScore({ behaviour: 0.8, advocacy: 0.5 }, policy);
    expect(score.score).toBeCloseTo((100 * (40 * 0.8 + 15 * 0.5)) / 55, 6);
    expect(score.coverage).toBe(0.55);
    expect(score.components.find((part) => part.component === 'attitude')).toEqual({
      component: 'attitude',
      weight: 35,
      value: null,
    });
  });

  it('takes a missing part for missing, not for zero', () => {
    expect(loyaltyScore({ attitude: 1 }, policy).score).toBe(100);
    expect(loyaltyScore({ attitude: 1, process: 0 }, policy).score).toBeCloseTo(3500 / 45, 6);
  });

  it('A12: keeps the ratios of weights that are next to nothing', () => {
    const weights = { behaviour: 5e-324, attitude: 0, advocacy: 0, process: 0 };
    expect(loyaltyScore({ behaviour: 0.3 }, { ...policy, weights }).score).toBeCloseTo(30, 6);
    expect(loyaltyScore({ attitude: 0.3 }, { ...policy, weights }).score).toBeNull();
  });

  it('has neither score nor band while nothing is known, and no band under a coverage of .35', () => {
    expect(loyaltyScore({}, policy)).toMatchObject({ score: null, coverage: 0, band: 'unknown' });
    expect(loyaltyScore({ advocacy: 1, process: 1 }, policy)).toMatchObject({
      score: 100,
      coverage: 0.25,
      band: 'unknown',
    });
    expect(loyaltyScore({ attitude: 1 }, policy)).toMatchObject({ coverage: 0.35, band: 'high' });
  });

  it('bands by [0, 50), [50, 75), [75, 100]', () => {
    const bands = [0, 49.999999, 50, 74.999999, 75, 100].map((score) => loyaltyBand(score, 1, policy));
    expect(bands).toEqual(['low', 'low', 'medium', 'medium', 'high', 'high']);
  });

  it('has presets whose weights are percentages', () => {
    for (const weights of Object.values(VALUE_DISCIPLINES)) {
      expect(Object.values(weights).reduce((s, w) => s + w, 0)).toBe(100);
    }
  });
});

describe('attitude', () => {
  it('brings surveys to a scale of 1 to 7', () => {
    expect([1, 2, 3, 4, 5].map((score) => perceivedOf('csat', score))).toEqual([1, 2.5, 4, 5.5, 7]);
    expect(perceivedOf('ces', 3)).toBe(3);
    expect(perceivedOf('rater', 7)).toBe(7);
    expect(perceivedOf('csat', 9)).toBe(7);
    expect(perceivedOf('nps', 9)).toBeUndefined();
  });

  it('is two thirds where expectation is met, and hurts twice as much below as it helps above', () => {
    expect(disconfirmationOf(4, 4, policy)).toEqual({ d: 0, v: 2 / 3, expectationAssumed: false });
    const above = disconfirmationOf(6, 4, policy).v - 2 / 3;
    const below = 2 / 3 - disconfirmationOf(2, 4, policy).v;
    expect(above).toBeCloseTo(Math.tanh(1) / 3, 12);
    expect(below).toBeCloseTo(2 * above, 12);
    expect(disconfirmationOf(7, 1, policy).v).toBeLessThanOrEqual(1);
    expect(disconfirmationOf(1, 7, policy).v).toBeGreaterThanOrEqual(0);
  });

  it('expects 5 where nobody said what was expected, and flags it', () => {
    expect(disconfirmationOf(5, undefined, policy)).toEqual({ d: 0, v: 2 / 3, expectationAssumed: true });
  });

  it('tells which signal an answer is', () => {
    expect(feedbackSignal('csat', 5, undefined, policy)).toBe('positiveFeedback');
    expect(feedbackSignal('csat', 3, undefined, policy)).toBe('negativeFeedback');
    expect(feedbackSignal('csat', 3, 4, policy)).toBeUndefined();
    expect(feedbackSignal('ces', 3, 1, policy)).toBe('highEffort');
    expect(feedbackSignal('ces', 7, undefined, policy)).toBe('positiveFeedback');
    expect(feedbackSignal('rater', 5, undefined, policy)).toBeUndefined();
    expect([6, 7, 8, 9].map((score) => feedbackSignal('nps', score, undefined, policy))).toEqual([
      'negativeFeedback',
      undefined,
      undefined,
      'positiveFeedback',
    ]);
  });
});

describe('advocacy', () => {
  it('is unknown, then saturates', () => {
    expect(advocacyAt(undefined, 0, policy)).toBeUndefined();
    const referral = addDecayed(undefined, 0, policy.advocacy.referral, 365);
    expect(advocacyAt(referral, 0, policy)).toBeCloseTo(1 / (1 + Math.exp(-1)), 12);
    expect(advocacyAt(referral, 365 * DAY, policy)).toBeCloseTo(1 / (1 + Math.exp(-0.5)), 12);
  });

  it('counts recommendations and mentions as specified', () => {
    expect([0, 6, 7, 8, 9, 10].map((score) => recommendationWeight(score, policy))).toEqual([
      -1, -1, 0, 0, 1, 1,
    ]);
    expect(mentionWeight(-0.5, 999, policy)).toBeCloseTo(-1, 12);
    expect(mentionWeight(1, undefined, policy)).toBe(1);
  });
});
