import { describe, expect, it } from '@jest/globals';
import { Tally } from '../tally.js';
import { difference } from './difference.js';
import { mean } from './mean.js';
import { percentiles } from './percentiles.js';
import { tQuantile } from './t-quantile.js';

const tallyOf = (parts: object): Tally => Object.assign(new Tally(), parts);

describe('figures', () => {
  it.each([
    [1, 12.7062],
    [2, 4.3027],
    [3, 3.1824],
    [4, 2.7764],
    [10, 2.2281],
    [30, 2.0423],
    [100, 1.984],
    [1e6, 1.96],
  ])('have Student’s t of %i degrees of freedom as tables print it', (degrees, value) => {
    expect(tQuantile(degrees)).toBeCloseTo(value, 3);
  });

  it('that are means have the interval of t: 10, 12 and 17 seconds', () => {
    // Mean 13, variance 13, standard error √(13/3) = 2.0817, t = 4.3027: ± 8.957.
    const { value, interval, numerator } = mean('ms', 'seconds').figureOf(
      tallyOf({ rows: 3, sums: { ms: 39_000 }, squares: { ms: 533_000_000 } }),
      0,
    );
    expect([value, numerator]).toEqual([13, 39]);
    expect(interval!.low).toBeCloseTo(4.043, 2);
    expect(interval!.high).toBeCloseTo(21.957, 2);
    expect(mean('ms', 'seconds').figureOf(new Tally(), 0)).toMatchObject({ value: null, interval: null });
    expect(mean('ms', 'seconds').figureOf(tallyOf({ rows: 1, sums: { ms: 5_000 } }), 0).interval).toBeNull();
  });

  it('that are percentiles are values that occurred, by nearest rank', () => {
    const spreads = [[9_000, 1_000, 3_000], [], [8_000, 1_000, 7_000, 2_000, 6_000, 4_000, 5_000]];
    const figure = percentiles('ms').figureOf(tallyOf({ rows: 10, spreads }), 0);
    // 1 1 2 3 4 5 6 7 8 9: the fifth and the ninth; the interval's ranks are 5 − 3.1 and 6 + 3.1.
    expect(figure).toMatchObject({ value: 4, p90: 8, n: 10 });
    expect(figure.interval).toEqual({ low: 1, high: 9, method: 'order-statistics' });
    expect(percentiles('ms').figureOf(new Tally(), 0)).toMatchObject({ value: null, p90: null });
  });

  it('that are differences have the adjusted Wald interval: 60 promoters, 15 detractors of 100', () => {
    const nps = difference([], []).figureOf(tallyOf({ rows: 100, counts: { plus: 60, minus: 15 } }), 0);
    expect(nps).toMatchObject({ value: 0.45, numerator: 45, denominator: 100 });
    expect(nps.interval!.low).toBeCloseTo(0.4369 - 0.1435, 4);
    expect(nps.interval!.high).toBeCloseTo(0.4369 + 0.1435, 4);
  });
});
