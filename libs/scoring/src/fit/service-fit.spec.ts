import { storedPosition } from '#event-sourcing';
import { touchpointOf } from '#journey';
import { describe, expect, it } from '@jest/globals';
import { cdnowPurchases } from '../../../../test/kit/cdnow.js';
import { randomFrom } from '../backtest/bootstrap.js';
import { type ChurnInputs, riskDrift } from '../churn-score.js';
import { DEFAULT_POLICY } from '../default-policy.js';
import { DAY, WEEK } from '../duration.js';
import { DEFAULT_MODEL, type ScoringModel } from '../model.js';
import { SIGNALS } from '../policy.js';
import { type Purchases, withPurchase } from '../purchase-history.js';
import { logit } from '../special-functions.js';
import { scoringModelOf } from '../published.js';
import { calibrate, churnedBetween, recordedParameters } from './calibrate.js';
import { fitLogistic } from './logistic-fit.js';
import { fitServiceLayer, serviceFeatures, type TrainingSample } from './service-fit.js';

const NOW = Date.parse('2026-03-01T00:00:00Z');
const context = { policy: DEFAULT_POLICY, model: DEFAULT_MODEL };

/** Customers of all kinds of pasts, churned by chance as a model has it. */
function customers(count: number, model: ScoringModel, seed: number): TrainingSample[] {
  const random = randomFrom(seed);
  const day = (most: number) => Math.floor(random() * most) * DAY;
  return Array.from({ length: count }, (): TrainingSample => {
    const last = NOW - day(300);
    const x = Math.floor(random() * 8);
    const signal = () =>
      random() < 0.4 ? { z: 1 + Math.floor(random() * 3), at: NOW - day(60) } : undefined;
    const inputs: ChurnInputs = {
      purchases: { first: last - x * (2 + Math.floor(random() * 10)) * WEEK, last, x },
      lastContactAt: NOW - day(100),
      openIssues: 0,
      signals: { friction: signal(), negativeFeedback: signal(), missedPromise: signal() },
      breaches: [],
      promises: [],
    };
    const risk = riskDrift(inputs, { ...context, model }).valueAt(NOW);
    return { inputs, landmark: NOW, churned: random() < risk };
  });
}

const CALIBRATION_END = Date.UTC(1997, 8, 30);

/** The customers of CDNOW at the end of the calibration period, and who of them bought nothing in 13 weeks. */
function cdnowSamples(): TrainingSample[] {
  const [folded, later] = [new Map<string, Purchases>(), new Set<string>()];
  for (const { customer, at } of cdnowPurchases()) {
    if (at <= CALIBRATION_END) folded.set(customer, withPurchase(folded.get(customer), at));
    else if (at <= CALIBRATION_END + 13 * WEEK) later.add(customer);
  }
  return [...folded].map(([customer, purchases]) => ({
    inputs: { purchases, openIssues: 0, signals: {}, breaches: [], promises: [] },
    landmark: CALIBRATION_END,
    churned: !later.has(customer),
  }));
}

describe('logistic regression with priors', () => {
  const weak = { mean: 0, sd: 1e4 };
  /** 2 × 2: of those without the feature 20 of 80 came about, of those with it 45 of 60. */
  const table = [
    [0, true, 20],
    [0, false, 60],
    [1, true, 45],
    [1, false, 15],
  ] as const;
  const observations = table.flatMap(([feature, outcome, count]) =>
    Array.from({ length: count }, () => ({ features: [1, feature], outcome })),
  );

  it('finds the log odds and the log odds ratio of a table', () => {
    const { coefficients, converged } = fitLogistic(observations, [weak, weak]);
    expect(coefficients[0]).toBeCloseTo(Math.log(20 / 60), 6);
    expect(coefficients[1]).toBeCloseTo(Math.log(45 / 15) - Math.log(20 / 60), 6);
    expect(converged).toBe(true);
  });

  it('stops at a bound, the others as if it were not there', () => {
    const { coefficients } = fitLogistic(observations, [weak, { ...weak, atMost: 0 }]);
    expect(coefficients[1]).toBe(0);
    expect(coefficients[0]).toBeCloseTo(logit(65 / 140), 6);
  });

  it('stays at the prior where there are no data, and is finite where they separate', () => {
    expect(fitLogistic([], [{ mean: 0.3, sd: 0.5 }]).coefficients).toEqual([0.3]);
    const separated = [-1, 1].flatMap((x) =>
      Array.from({ length: 9 }, () => ({ features: [x], outcome: x > 0 })),
    );
    // Greatest of 18·ln σ(c) − c²/2: the root of c = 18·(1 − σ(c)), 2.05104428… by mpmath.
    expect(fitLogistic(separated, [{ mean: 0, sd: 1 }]).coefficients[0]).toBeCloseTo(2.05104428, 6);
    expect(() => fitLogistic([{ features: [NaN], outcome: true }], [weak])).toThrow(RangeError);
  });
});

describe('the fit of the service layer', () => {
  const truth: ScoringModel = {
    ...DEFAULT_MODEL,
    layer: { c0: -0.4, c1: 0.7, c2: 0.3, c3: -0.2 },
    betas: { friction: 0.6, negativeFeedback: -0.1, missedPromise: 0.9 },
  };

  it('has the features that the risk is made of', () => {
    for (const { inputs } of customers(50, truth, 3)) {
      const features = serviceFeatures(inputs, NOW, context);
      const { c0, c1, c2, c3 } = truth.layer;
      const betas = SIGNALS.map((signal) => truth.betas[signal] ?? DEFAULT_POLICY.signals[signal].beta);
      const odds = [c0, c1, c2, c3, ...betas].reduce((sum, c, i) => sum + c * features[i]!, 0);
      expect(odds).toBeCloseTo(logit(riskDrift(inputs, { ...context, model: truth }).valueAt(NOW)), 9);
    }
  });

  it('finds the coefficients by which customers were made to churn', () => {
    const fit = fitServiceLayer(customers(20_000, truth, 5), context);
    expect(fit.converged).toBe(true);
    for (const name of ['c0', 'c1', 'c2', 'c3'] as const)
      expect(Math.abs(fit.layer[name] - truth.layer[name])).toBeLessThan(0.15);
    for (const name of ['friction', 'negativeFeedback', 'missedPromise'] as const)
      expect(Math.abs(fit.betas[name]! - truth.betas[name]!)).toBeLessThan(0.15);
    // Of signals that nobody has, the prior's mean is all that is known.
    expect(fit.betas.breachedIssue).toBeCloseTo(DEFAULT_POLICY.signals.breachedIssue.beta, 9);
  });

  it('keeps the bounds that it is given', () => {
    const odd = { ...truth, layer: { c0: 0, c1: 0.7, c2: -0.5, c3: 0.5 } };
    const { layer } = fitServiceLayer(customers(4_000, odd, 9), context);
    expect([layer.c2, layer.c3]).toEqual([0, 0]);
    expect(layer.c1).toBeGreaterThan(0);
  });
});

describe('a calibration', () => {
  it('fits what the samples tell enough of, and says why the rest is kept', () => {
    const few = calibrate(customers(60, DEFAULT_MODEL, 1), context, 'shop@1');
    expect(few.purchases).toEqual({
      kept: expect.stringMatching(/^\d+ customers bought more than once; 200 are needed$/),
    });
    expect(few.contracts).toEqual({ kept: '0 contracts were cancelled; 50 are needed' });
    expect(few.model).toEqual({ ...DEFAULT_MODEL, version: 'shop@1', trainedThrough: NOW });

    const many = calibrate(cdnowSamples(), context, 'shop@2');
    expect(many.purchases).toHaveProperty('fit.converged', true);
    expect(many.service).toHaveProperty('fit.converged', true);
    expect(many.contracts).toHaveProperty('kept');
    expect(many.model).toMatchObject({
      version: 'shop@2',
      calibrated: true,
      sbg: DEFAULT_MODEL.sbg,
      trainedThrough: CALIBRATION_END,
    });
    expect(many.model.mbg.r).toBeCloseTo(0.52484, 4);
  });

  it('is recorded with all of its parameters, and read back as the same model', () => {
    const { model } = calibrate(cdnowSamples(), context, 'shop@2');
    const data = {
      model: 'shop',
      version: 2,
      asOf: '1997-09-30T00:00:00Z',
      n: 2357,
      parameters: recordedParameters(model),
    };
    expect(touchpointOf('cx.ScoringModelFitted.v1')!.check(data)).toEqual([]);
    const record = {
      eventId: 'e',
      type: 'ScoringModelFitted',
      position: storedPosition(1n),
      recordedAt: '2026-01-01T00:00:00.000Z',
      effectiveFrom: null,
      data: JSON.stringify(data),
    };
    expect(scoringModelOf(record)).toEqual(model);
  });

  it('labels by what behaviour says: no further purchase day, or no contract any more', () => {
    const state = (more: Partial<ChurnInputs>): ChurnInputs => ({
      openIssues: 0,
      signals: {},
      breaches: [],
      promises: [],
      ...more,
    });
    const bought = (x: number) => state({ purchases: { first: NOW, last: NOW + x * WEEK, x } });
    expect(churnedBetween(bought(2), bought(2), context)).toBe(true);
    expect(churnedBetween(bought(2), bought(3), context)).toBe(false);
    const contract = (endedAt: number | null) => state({ contract: { startedAt: NOW, endedAt } });
    expect(churnedBetween(contract(null), contract(NOW + WEEK), context)).toBe(true);
    expect(churnedBetween(contract(null), contract(null), context)).toBe(false);
    expect(churnedBetween(contract(NOW), contract(NOW), context)).toBeUndefined();
    expect(churnedBetween(state({}), bought(1), context)).toBeUndefined();
  });
});
