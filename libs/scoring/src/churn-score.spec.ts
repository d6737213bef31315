import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { churnBand, excessRisk } from './churn-bands.js';
import { type ChurnInputs, churnScore, excessDrift, nextBandAt } from './churn-score.js';
import { addDecayed, type Decayed } from './decay.js';
import { DEFAULT_POLICY } from './default-policy.js';
import { constant } from './drift.js';
import { DAY, WEEK } from './duration.js';
import { DEFAULT_MODEL } from './model.js';
import type { Signal } from './policy.js';
import type { Purchases } from './purchase-history.js';
import { betaOf, riskWithService } from './service-layer.js';
import { logit } from './special-functions.js';

const context = { policy: DEFAULT_POLICY, model: DEFAULT_MODEL };
const FIRST = Date.parse('2025-01-06T09:00:00Z');
const silent = (inputs: Partial<ChurnInputs>): ChurnInputs => ({
  openIssues: 0,
  signals: {},
  breaches: [],
  promises: [],
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
    expect(excessDrift(left, context).valueAt(FIRST + 9 * WEEK)).toBe(1);
    expect(nextBandAt(left, FIRST + 9 * WEEK, context)).toBeNull();
  });

  it('A16: has the band of its excess after a lifetime of silence', () => {
    // A hundred years of silence: whatever the excess has come to, the band is the one that it falls into.
    for (let weeks = 1; weeks < 5200; weeks *= 1.3) {
      const inputs = silent({ purchases: bought(6, 9), openIssues: 1 });
      const { excess, band } = churnScore(inputs, inputs.purchases!.last + weeks * WEEK, context);
      expect(band).toBe(churnBand(excess, DEFAULT_POLICY));
    }
    // An edge that silence after one purchase reaches in the year 172 (8,956.724 weeks by mpmath).
    const policy = { ...DEFAULT_POLICY, churnBands: { ...DEFAULT_POLICY.churnBands, critical: 0.9999 } };
    const inputs = silent({ purchases: bought(0, 0), openIssues: 1 });
    const critical = nextBandAt(inputs, FIRST + 30 * 365 * DAY, { ...context, policy })!;
    expect((critical - FIRST) / WEEK).toBeCloseTo(8956.724, 3);
    expect(churnScore(inputs, critical - 1, { ...context, policy }).band).toBe('high');
    expect(churnScore(inputs, critical, { ...context, policy }).band).toBe('critical');
  });
});

describe('A17: a customer is lost', () => {
  // Behaviour after one purchase reaches an excess of .7499995 after 25.32230986… weeks: root found with mpmath, 50 digits.
  const purchases = bought(0, 0);
  const criticalAt = FIRST + 15_314_933_006;
  const lostAt = criticalAt + 26 * WEEK;

  it('only once behaviour alone has been critical for 26 weeks', () => {
    expect(nextBandAt(silent({ purchases }), FIRST + 20 * WEEK, context)).toBe(criticalAt);
    expect(churnScore(silent({ purchases }), lostAt - 1, context).band).toBe('critical');
    expect(churnScore(silent({ purchases }), lostAt, context).band).toBe('lost');
    expect(nextBandAt(silent({ purchases }), criticalAt, context)).toBe(lostAt);
    expect(nextBandAt(silent({ purchases }), lostAt, context)).toBeNull();
  });

  it('not sooner, where signals made it critical before behaviour did', () => {
    const signals = { negativeFeedback: addDecayed(undefined, FIRST, 30, 90) };
    const inputs = silent({ purchases, signals });
    expect(churnScore(inputs, criticalAt - 5 * WEEK, context).band).toBe('critical');
    expect(churnScore(inputs, lostAt - 1, context).band).toBe('critical');
    expect(churnScore(inputs, lostAt, context).band).toBe('lost');
  });

  it('never with an open issue, nor with a running contract, however overdue its issues are', () => {
    const later = lostAt + 500 * WEEK;
    expect(churnScore(silent({ purchases, openIssues: 1 }), later, context).band).toBe('critical');
    const breaches = Array.from({ length: 8 }, (_, i) => [FIRST + i * DAY, `issue-${i}`] as const);
    const contract = { startedAt: FIRST, endedAt: null };
    const subscriber = silent({ contract, openIssues: 8, breaches });
    const { band } = churnScore(subscriber, FIRST + 50 * WEEK, context);
    expect(band).toBe('critical');
    expect(churnScore(silent({ contract, purchases }), later, context).band).not.toBe('lost');
    const retail = { ...context, policy: { ...DEFAULT_POLICY, kind: 'non-contractual' as const } };
    expect(churnScore(silent({ contract, purchases }), later, retail).band).toBe('critical');
  });
});

describe('the service layer', () => {
  const fresh = (counts: { readonly [signal in Signal]?: number }) =>
    Object.fromEntries(
      Object.entries(counts).map(([signal, z]): [string, Decayed] => [signal, { z, at: FIRST }]),
    );
  const risk = (
    counts: { readonly [signal in Signal]?: number },
    behavioural = 0.3,
    model = DEFAULT_MODEL,
  ) => {
    const inputs = { signals: fresh(counts), breaches: [], promises: [], x: 0 };
    return riskWithService(inputs, constant(behavioural), { ...context, model }).valueAt(FIRST);
  };

  it('weighs one fresh signal as exactly its β in log odds, three as twice it', () => {
    expect(logit(risk({ breachedIssue: 1 })) - logit(0.3)).toBeCloseTo(0.8, 12);
    expect(logit(risk({ breachedIssue: 3 })) - logit(0.3)).toBeCloseTo(1.6, 12);
    expect(logit(risk({ negativeFeedback: 1, positiveFeedback: 1 })) - logit(0.3)).toBeCloseTo(0.2, 12);
  });

  it('counts an open issue from its breach on, and a promise from when it is missed, fading', () => {
    const inputs = {
      signals: {},
      breaches: [[FIRST + DAY, 'issue']] as const,
      promises: [[FIRST + 2 * DAY, 'promise']] as const,
      x: 0,
    };
    const odds = (at: number) =>
      logit(riskWithService(inputs, constant(0.3), context).valueAt(at)) - logit(0.3);
    expect(odds(FIRST + DAY - 1)).toBeCloseTo(0, 12);
    expect(odds(FIRST + DAY)).toBeCloseTo(0.8, 12);
    expect(odds(FIRST + 2 * DAY)).toBeCloseTo(0.8 + 0.25, 12);
    // After a half-life of 60 days half of the promise is left, all of the breach.
    expect(odds(FIRST + 62 * DAY)).toBeCloseTo(0.8 + 0.25 * Math.log2(1.5), 12);
  });

  it('prefers a learnt β to the policy', () => {
    const model = { ...DEFAULT_MODEL, betas: { friction: 0 } };
    expect(betaOf('friction', DEFAULT_POLICY, model)).toBe(0);
    expect(risk({ friction: 5 }, 0.3, model)).toBeCloseTo(0.3, 12);
  });

  it('applies the coefficients of a fitted model', () => {
    const model = { ...DEFAULT_MODEL, layer: { c0: 0.1, c1: 0.5, c2: 0.2, c3: -0.3 } };
    const inputs = { signals: {}, breaches: [], promises: [], x: 4, lastContactAt: FIRST - 3 * WEEK };
    const odds = logit(riskWithService(inputs, constant(0.3), { ...context, model }).valueAt(FIRST));
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
