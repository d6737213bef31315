import { describe, expect, it } from '@jest/globals';
import { cesOf, isEasy } from './ces.js';
import { csatOf, isSatisfied, wilson } from './csat.js';
import { DEFAULT_POLICY } from './default-policy.js';
import { npsOf } from './nps.js';

describe('NPS', () => {
  it('of 60 promoters and 15 detractors in 100 is .4369 ± .1435', () => {
    const { nps, interval } = npsOf({ promoters: 60, detractors: 15, n: 100 });
    expect(nps).toBeCloseTo(0.45, 12);
    expect(interval!.centre).toBeCloseTo(0.4369, 4);
    expect(interval!.margin).toBeCloseTo(0.1435, 4);
    expect(interval!.high - interval!.low).toBeCloseTo(2 * 0.1435, 3);
  });

  it('has an interval even where all agree, and none without answers', () => {
    expect(npsOf({ promoters: 5, detractors: 0, n: 5 }).interval!.low).toBeLessThan(0.6);
    expect(npsOf({ promoters: 0, detractors: 0, n: 0 })).toMatchObject({ nps: null, interval: null });
  });
});

describe('CSAT', () => {
  it('has Wilson’s interval', () => {
    // Newcombe (1998), table I: 81 of 263 is .2553 to .3662, 0 of 20 is 0 to .1611, 1 of 29 is .0061 to .1718.
    for (const [hits, n, low, high] of [
      [81, 263, 0.2553, 0.3662],
      [0, 20, 0, 0.1611],
      [1, 29, 0.0061, 0.1718],
    ] as const) {
      expect(wilson(hits, n)!.low).toBeCloseTo(low, 4);
      expect(wilson(hits, n)!.high).toBeCloseTo(high, 4);
    }
  });

  it('counts 4s and 5s, and says how many answered', () => {
    expect([1, 2, 3, 4, 5].filter(isSatisfied)).toEqual([4, 5]);
    expect(csatOf({ satisfied: 30, n: 40, sent: 100, answered: 40 })).toMatchObject({
      csat: 0.75,
      n: 40,
      responseRate: 0.4,
    });
    expect(csatOf({ satisfied: 0, n: 0, sent: 0, answered: 0 })).toEqual({
      csat: null,
      interval: null,
      n: 0,
      responseRate: null,
    });
  });
});

describe('CES', () => {
  it('is the share that agrees, with the mean beside it', () => {
    const scores = [1, 4, 5, 6, 7];
    const easy = scores.filter((score) => isEasy(score, DEFAULT_POLICY)).length;
    expect(cesOf({ easy, sum: 23, n: 5 })).toMatchObject({ ces: 0.6, mean: 4.6, n: 5 });
    expect(cesOf({ easy: 0, sum: 0, n: 0 })).toEqual({ ces: null, interval: null, mean: null, n: 0 });
  });
});
