import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cdnowPurchases } from '../../../../test/kit/cdnow.js';
import { DAY } from '../duration.js';
import { fitPurchases } from '../fit/purchase-fit.js';
import { mbgRisk } from '../mbg.js';
import { historyAt, type Purchases, weeksBetween, withPurchase } from '../purchase-history.js';
import { backtest, type BacktestRound, type LandmarkCase, recencyBaseline } from './backtest.js';
import { bootstrapIntervals, randomFrom } from './bootstrap.js';
import { type Forecast, measureForecasts } from './forecast-measures.js';

const purchases = cdnowPurchases();

function foldedTo(landmark: number): Map<string, Purchases> {
  const customers = new Map<string, Purchases>();
  for (const { customer, at } of purchases)
    if (at <= landmark) customers.set(customer, withPurchase(customers.get(customer), at));
  return customers;
}

function casesAt(landmark: number, weeks: number): (LandmarkCase & { readonly purchases: Purchases })[] {
  const later = new Set<string>();
  for (const { customer, at } of purchases)
    if (at > landmark && at <= landmark + weeks * 7 * DAY) later.add(customer);
  return [...foldedTo(landmark)].map(([customer, folded]) => ({
    customer,
    weeksSilent: weeksBetween(folded.last, landmark),
    churned: !later.has(customer),
    purchases: folded,
  }));
}

/** CDNOW rolled: fitted at each landmark, scored at the next, 13 weeks later. */
function rolled(): BacktestRound[] {
  const landmarks = ['1997-07-01', '1997-09-30', '1997-12-30', '1998-03-31'].map((day) => Date.parse(day));
  return landmarks.slice(1).map((scoredAt, i) => {
    const trainedAt = landmarks[i]!;
    const training = casesAt(trainedAt, 13);
    const { parameters } = fitPurchases(
      training.map((one) => historyAt(one.purchases, trainedAt)),
      'mbg',
    );
    const scored = casesAt(scoredAt, 13).map((one) => ({
      ...one,
      risk: mbgRisk(parameters, historyAt(one.purchases, scoredAt), 13),
    }));
    return { trainedAt, scoredAt, training, scored };
  });
}

describe('a backtest of CDNOW, rolled by 13 weeks', () => {
  // Recomputed by a Python program of its own: fits by Nelder-Mead, the baseline by Newton's method, plain sums.
  const rounds = rolled();
  const report = backtest(rounds, 13, { draws: 200, seed: 7 });

  it('measures model and baselines on labels that none of them has seen', () => {
    const { model, baselines } = report;
    expect(model).toMatchObject({ n: 7071, actual: 5984 });
    expect(model.auc).toBeCloseTo(0.8059922, 5);
    expect(model.brier).toBeCloseTo(0.1005239, 5);
    expect(model.logLoss).toBeCloseTo(0.3414648, 5);
    expect(model.predicted).toBeCloseTo(6099.4043, 1);
    expect(baselines.baseRate.brier).toBeCloseTo(0.130192, 6);
    expect(baselines.baseRate.predicted).toBeCloseTo(5873, 6);
    expect(baselines.recency.auc).toBeCloseTo(0.8024519, 6);
    expect(baselines.recency.brier).toBeCloseTo(0.1082532, 6);
    expect(baselines.recency.logLoss).toBeCloseTo(0.3560971, 6);
    expect(report.rounds.map((round) => round.model.brier!.toFixed(6))).toEqual([
      '0.111169',
      '0.106221',
      '0.084182',
    ]);
    expect(report.rounds.map((round) => round.baselines.recency.auc!.toFixed(6))).toEqual([
      '0.784330',
      '0.799308',
      '0.825584',
    ]);
  });

  it('promotes the model, which is better than both', () => {
    const { against, promote } = report;
    expect(against.recency.difference).toBeCloseTo(0.1005239 - 0.1082532, 6);
    expect(against.recency.verdict).toBe('better');
    expect(against.baseRate.verdict).toBe('better');
    expect(promote).toBe(true);
    for (const { difference, interval } of Object.values(against)) {
      expect(interval.low).toBeLessThan(difference);
      expect(interval.high).toBeGreaterThan(difference);
    }
  });

  it('has deciles of a tenth each, calibrated to within some percent, and a lift', () => {
    const { deciles, calibrationError, lift, intervals } = report.model;
    expect(deciles).toHaveLength(10);
    for (const bin of deciles) expect(bin.n).toBeCloseTo(707.1, 6);
    expect(calibrationError).toBeLessThan(0.05);
    expect(lift! * (5984 / 7071)).toBeCloseTo(deciles.at(-1)!.actual, 9);
    expect(intervals.auc!.low).toBeLessThan(0.806);
    expect(intervals.auc!.high).toBeGreaterThan(0.806);
  });

  it('says the same when it is made again, and calls a copy of the baseline a tie', () => {
    expect(backtest(rounds, 13, { draws: 200, seed: 7 })).toEqual(report);
    const copies = rounds.map((round) => {
      const recency = recencyBaseline(round.training);
      return { ...round, scored: round.scored.map((one) => ({ ...one, risk: recency(one.weeksSilent) })) };
    });
    const copied = backtest(copies, 13, { draws: 100, seed: 7 });
    expect(copied.against.recency).toEqual({ difference: 0, interval: { low: 0, high: 0 }, verdict: 'tie' });
    expect(copied.promote).toBe(false);
    expect(() => backtest([], 13)).toThrow(RangeError);
  });
});

describe('the fixed hold-out of CDNOW, 39 and 39 weeks', () => {
  it('has the base rate’s Brier score .206, and recency alone ranking .771', () => {
    const landmark = Date.parse('1997-09-30');
    const cases = casesAt(landmark, 39);
    const share = cases.filter(({ churned }) => churned).length / cases.length;
    const measured = (riskOf: (one: LandmarkCase) => number) =>
      measureForecasts(cases.map((one) => ({ risk: riskOf(one), outcome: one.churned })));
    expect(measured(() => share).brier).toBeCloseTo(0.206, 3);
    expect(measured(() => share).skill).toBeCloseTo(0, 12);
    const recency = measured(({ weeksSilent }) => weeksSilent);
    expect(recency.auc).toBeCloseTo(0.771, 3);
    const curve = recencyBaseline(cases);
    expect(measured(({ weeksSilent }) => curve(weeksSilent)).brier).toBeCloseTo(0.1626904, 6);
  });
});

describe('measures of forecasts', () => {
  it('are those of a handful worked out by hand', () => {
    const forecasts: Forecast[] = [
      { risk: 0.9, outcome: true },
      { risk: 0.6, outcome: false },
      { risk: 0.6, outcome: true },
      { risk: 0.2, outcome: false },
    ];
    const measures = measureForecasts(forecasts);
    // Pairs: .9 beats both, .6 ties .6 and beats .2: 3½ of 4. Squares: .01 + .36 + .16 + .04.
    expect(measures.auc).toBeCloseTo(3.5 / 4, 12);
    expect(measures.brier).toBeCloseTo(0.57 / 4, 12);
    expect(measures.skill).toBeCloseTo(1 - 0.57 / 4 / 0.25, 12);
    expect(measures.logLoss).toBeCloseTo(-Math.log(0.9 * 0.4 * 0.6 * 0.8) / 4, 12);
    expect(measures).toMatchObject({ n: 4, actual: 2, lift: 2 });
    expect(measures.predicted).toBeCloseTo(2.3, 12);
    expect(measureForecasts([])).toMatchObject({ n: 0, auc: null, brier: null, lift: null, deciles: [] });
    expect(measureForecasts([{ risk: 0.5, outcome: true }])).toMatchObject({
      auc: null,
      skill: null,
      lift: 1,
    });
  });

  it('weigh as repeating does, whatever the order of equal risks', () => {
    const one = fc.record({
      risk: fc.integer({ min: 0, max: 4 }).map((step) => step / 4),
      outcome: fc.boolean(),
      weight: fc.nat(3),
    });
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 30 }), (forecasts) => {
        const repeated = forecasts.flatMap(({ risk, outcome, weight }) =>
          Array.from({ length: weight }, () => ({ risk, outcome })),
        );
        const [a, b] = [measureForecasts(forecasts), measureForecasts(repeated.reverse())];
        expect(a.n).toBe(b.n);
        for (const name of ['auc', 'brier', 'logLoss', 'lift', 'calibrationError'] as const) {
          if (b[name] === null) expect(a[name]).toBeNull();
          else expect(a[name]).toBeCloseTo(b[name], 9);
        }
      }),
    );
  });
});

describe('the bootstrap', () => {
  it('draws the same from the same seed, evenly', () => {
    const random = randomFrom(42);
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i++) counts[Math.floor(random() * 10)]! += 1;
    // Ten thousand each, standard deviation 95.
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(480);
    expect(randomFrom(42)()).toBe(randomFrom(42)());
    expect(randomFrom(42)()).not.toBe(randomFrom(43)());
  });

  it('finds the interval of a mean as the normal approximation has it', () => {
    // 400 coins, half of them heads: .5 ± 1.96 · ½ / 20 = .5 ± .049.
    const [interval] = bootstrapIntervals(
      400,
      (times) => [times.reduce((sum, count, i) => sum + count * (i % 2), 0) / 400],
      { draws: 2000, seed: 1 },
    );
    expect(interval!.low).toBeCloseTo(0.451, 2);
    expect(interval!.high).toBeCloseTo(0.549, 2);
  });
});
