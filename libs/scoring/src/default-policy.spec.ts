import { describe, expect, it } from '@jest/globals';
import { ALWAYS_OPEN } from './business-hours.js';
import { BUILT_IN_POLICIES } from './built-in-policies.js';
import { DEFAULT_POLICY } from './default-policy.js';
import { DEFAULT_MODEL } from './model.js';
import { DEFAULT_SLA } from './sla-policy.js';
import { VALUE_DISCIPLINES } from './value-disciplines.js';

const HOUR = 3600;

describe('what holds until a company publishes something else', () => {
  it('promises by severity, round the clock, paused while the customer is waited for', () => {
    const target = (resolution: number, firstAnswer: number) => ({
      resolutionSeconds: resolution * HOUR,
      firstAnswerSeconds: firstAnswer * HOUR,
    });
    expect(DEFAULT_SLA.targets).toEqual({
      low: target(72, 8),
      normal: target(24, 4),
      high: target(8, 1),
      critical: target(4, 0.25),
    });
    expect(DEFAULT_SLA.pausesOn).toEqual(['customer']);
    expect(ALWAYS_OPEN.weekly).toHaveLength(7);
  });

  it('scores by the documented constants', () => {
    expect(DEFAULT_POLICY).toMatchObject({
      horizonWeeks: { nonContractual: 13, contractual: 52 },
      baseRate: 0.2,
      churnBands: { medium: 0.25, high: 0.5, critical: 0.75, lostAfterWeeks: 26 },
      severityWeights: { low: 0.5, normal: 1, high: 2, critical: 4 },
      pressure: { perContact: 0.25, contactsAtMost: 4, perReopen: 0.5 },
      disconfirmation: { expected: 5, scale: 2, shortfall: 2 },
      attitude: { halfLifeDays: 180, priorWeight: 3, mean: 2 / 3 },
      process: { halfLifeDays: 180, priorWeight: 3, mean: 2 / 3 },
      advocacy: { halfLifeDays: 365, referral: 1, promoter: 1, detractor: -1, mention: 1 },
      loyaltyBands: { medium: 50, high: 75, minimumCoverage: 0.35 },
      cesAgreesFrom: 5,
      hazardBinsHours: [0, 1, 4, 8, 24, 72, 168, 336, 672],
    });
    const signals = Object.entries(DEFAULT_POLICY.signals).map(([name, { beta, halfLifeDays }]) => [
      ...[name, beta, halfLifeDays],
    ]);
    expect(signals).toEqual([
      ['breachedIssue', 0.8, 60],
      ['repeatContact', 0.35, 60],
      ['friction', 0.2, 60],
      ['highEffort', 0.5, 90],
      ['negativeFeedback', 0.4, 90],
      ['positiveFeedback', -0.2, 90],
      ['missedPromise', 0.25, 60],
    ]);
    expect(DEFAULT_MODEL).toMatchObject({
      mbg: { r: 0.525, alpha: 6.183, a: 0.891, b: 1.614 },
      sbg: { alpha: 0.704, beta: 1.182 },
      layer: { c0: 0, c1: 1, c2: 0, c3: 0 },
      calibrated: false,
    });
  });

  it('has presets that are selected, and read, by their names', () => {
    const [first, ...presets] = BUILT_IN_POLICIES['ScoringPolicyPublished'];
    expect(first!.id).toBe('default@1');
    expect(presets.map(({ id, policy }) => [id, policy])).toEqual([
      ['balanced', { preset: 'balanced' }],
      ['customer-intimacy', { preset: 'customer-intimacy' }],
      ['operational-excellence', { preset: 'operational-excellence' }],
      ['product-leadership', { preset: 'product-leadership' }],
    ]);
    for (const { id, complete } of presets) {
      expect(complete).toMatchObject({
        version: id,
        weights: VALUE_DISCIPLINES[id as 'balanced'],
        baseRate: 0.2,
      });
    }
    expect(Object.values(VALUE_DISCIPLINES).map((weights) => Object.values(weights))).toEqual([
      [40, 35, 15, 10],
      [25, 40, 20, 15],
      [35, 25, 10, 30],
      [40, 30, 25, 5],
    ]);
  });
});
