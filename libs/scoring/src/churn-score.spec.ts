import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { churnBand, excessRisk } from './churn-bands.js';
import { type ChurnInputs, churnScore, excessOverTime } from './churn-score.js';
import { DEFAULT_POLICY } from './default-policy.js';
import { WEEK } from './duration.js';
import { DEFAULT_MODEL } from './model.js';
import type { Purchases } from './purchase-history.js';
import { betaOf, riskWithService } from './service-layer.js';
import { logit } from './special-functions.js';

const context = { policy: DEFAULT_POLICY, model: DEFAULT_MODEL };
const FIRST = Date.parse('2025-01-06T09:00:00Z');
const silent = (inputs: Partial<ChurnInputs>): ChurnInputs => ({
  signals: () => ({}),
  addedSignals: () => ({}),
  ...inputs,
});
const bought = (x: number, weeksBetween: number): Purchases => ({
  first: FIRST,
  last: FIRST + x * weeksBetween * WEEK,
  x,
});

describe('the risk of churn', () => {
  it('is the base rate while neither purchases nor contracts are known, and says so', () => {
    const score = churnScore(silent({}), FIRST, context);
    expect(score).toMatchObject({
      kind: 'base-rate',
      riskH: null,
      pAlive: null,
      fresh: 0,
      coverage: 0,
      left: false,
    });
    expect(score.risk).toBeCloseTo(0.2, 12);
    expect(score.horizonDays).toBe(91);
  });

  it('shows no excess just after a purchase, and the specified one after silences', () => {
    const excess = (purchases: Purchases, weeks: number) =>
      churnScore(silent({ purchases }), purchases.last + weeks * WEEK, context).excess;
    expect(excess(bought(0, 0), 0)).toBe(0);
    expect(excess(bought(0, 0), 13)).toBeCloseTo(0.59, 2);
    expect(excess(bought(8, 13), 0)).toBe(0);
    expect(excess(bought(8, 13), 13)).toBeCloseTo(0.17, 2);
    expect(excess(bought(8, 13), 39)).toBeCloseTo(0.59, 2);
  });

  it('prefers a contract, unless the policy says what kind of company it is', () => {
    const inputs = silent({ purchases: bought(2, 4), contract: { startedAt: FIRST, endedAt: null } });
    const at = FIRST + 20 * WEEK;
    expect(churnScore(inputs, at, context).kind).toBe('contractual');
    expect(churnScore(inputs, at, context).risk).toBeCloseTo(0.704 / 1.886, 9);
    expect(churnScore(inputs, at, context).horizonDays).toBe(364);
    const retail = { ...context, policy: { ...DEFAULT_POLICY, kind: 'non-contractual' as const } };
    expect(churnScore(inputs, at, retail).kind).toBe('non-contractual');
    expect(
      churnScore(silent({ purchases: bought(2, 4) }), at, {
        ...context,
        policy: { ...DEFAULT_POLICY, kind: 'contractual' },
      }).kind,
    ).toBe('base-rate');
  });

  it('is certain for whoever has ended the contract', () => {
    const left = silent({ contract: { startedAt: FIRST, endedAt: FIRST + WEEK } });
    expect(churnScore(left, FIRST + WEEK, context)).toMatchObject({ risk: 1, excess: 1, left: true });
    expect(excessOverTime(left, context).excessAt(FIRST + 9 * WEEK)).toBe(1);
  });

  it('gives the same excess whether asked once or over time', () => {
    const inputs = silent({
      purchases: bought(5, 6),
      lastContactAt: FIRST + 30 * WEEK,
      signals: (at) => ({ breachedIssue: 1, negativeFeedback: 1 / (1 + at - FIRST) }),
    });
    const over = excessOverTime(inputs, context);
    for (let w = 31; w < 200; w += 7) {
      expect(over.excessAt(FIRST + w * WEEK)).toBe(churnScore(inputs, FIRST + w * WEEK, context).excess);
    }
  });
});

describe('the service layer', () => {
  const risk = (signals: object, behavioural = 0.3, model = DEFAULT_MODEL) =>
    riskWithService({ behavioural, x: 0, signals }, DEFAULT_POLICY, model);

  it('weighs one fresh signal as exactly its β in log odds, three as twice it', () => {
    expect(logit(risk({ breachedIssue: 1 })) - logit(0.3)).toBeCloseTo(0.8, 12);
    expect(logit(risk({ breachedIssue: 3 })) - logit(0.3)).toBeCloseTo(1.6, 12);
    expect(logit(risk({ negativeFeedback: 1, positiveFeedback: 1 })) - logit(0.3)).toBeCloseTo(0.2, 12);
  });

  it('prefers a learnt β to the policy', () => {
    const model = { ...DEFAULT_MODEL, betas: { friction: 0 } };
    expect(betaOf('friction', DEFAULT_POLICY, model)).toBe(0);
    expect(risk({ friction: 5 }, 0.3, model)).toBeCloseTo(0.3, 12);
  });

  it('applies the coefficients of a fitted model', () => {
    const model = { ...DEFAULT_MODEL, layer: { c0: 0.1, c1: 0.5, c2: 0.2, c3: -0.3 } };
    const odds = logit(
      riskWithService({ behavioural: 0.3, weeksSinceContact: 3, x: 4, signals: {} }, DEFAULT_POLICY, model),
    );
    expect(odds).toBeCloseTo(0.1 + 0.5 * Math.log(0.3 / 0.7) + 0.2 * Math.log(4) - 0.3 * Math.log(5), 12);
  });

  it('stays a probability where behaviour is certain', () => {
    for (const behavioural of [0, 1]) {
      const value = risk({ breachedIssue: 40 }, behavioural);
      expect(value).toBeGreaterThan(0);
      expect(value).toBeLessThan(1);
    }
  });
});

describe('the excess', () => {
  it('lies between nothing and everything', () => {
    const p = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(p, p, (risk, fresh) => {
        const e = excessRisk(risk, fresh);
        expect(e).toBeGreaterThanOrEqual(0);
        expect(e).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('is banded as published: half a millionth below an edge counts as on it', () => {
    const bands = [0, 0.2499994, 0.2499996, 0.25, 0.5, 0.75, 1].map((e) => churnBand(e, DEFAULT_POLICY));
    expect(bands).toEqual(['low', 'low', 'medium', 'medium', 'high', 'critical', 'critical']);
  });
});
