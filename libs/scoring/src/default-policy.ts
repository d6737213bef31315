import { CHURN_BAND_EDGES, LOYALTY_BAND_EDGES } from '#journey';
import type { ScoringPolicy } from './policy.js';
import { VALUE_DISCIPLINES } from './value-disciplines.js';

/**
 * The policy of a company that has published none. Judgement, unless a source is named here: .80 = half of ln 5
 * (the unresolved defect about five times as often, self-reported); .35 = half of .69 (CSAT 86 % at the first
 * contact, 44 % at the fourth); efforts rank as in the work on the Customer Effort Score (Dixon et al. 2010);
 * a shortfall hurts twice what an excess helps (Anderson & Sullivan 1993; Mittal, Ross & Baldasare 1998).
 */
export const DEFAULT_POLICY: ScoringPolicy = {
  version: 'default@1',
  kind: 'automatic',
  horizonWeeks: { nonContractual: 13, contractual: 52 },
  baseRate: 0.2,
  signals: {
    breachedIssue: { beta: 0.8, halfLifeDays: 60 },
    repeatContact: { beta: 0.35, halfLifeDays: 60 },
    friction: { beta: 0.2, halfLifeDays: 60 },
    highEffort: { beta: 0.5, halfLifeDays: 90 },
    negativeFeedback: { beta: 0.4, halfLifeDays: 90 },
    positiveFeedback: { beta: -0.2, halfLifeDays: 90 },
    missedPromise: { beta: 0.25, halfLifeDays: 60 },
  },
  highEffortUpTo: 3,
  churnBands: { ...CHURN_BAND_EDGES, lostAfterWeeks: 26 },
  severityWeights: { low: 0.5, normal: 1, high: 2, critical: 4 },
  pressure: { perContact: 0.25, contactsAtMost: 4, perReopen: 0.5 },
  disconfirmation: { expected: 5, scale: 2, shortfall: 2 },
  attitude: { halfLifeDays: 180, priorWeight: 3, mean: 2 / 3 },
  process: { halfLifeDays: 180, priorWeight: 3, mean: 2 / 3 },
  advocacy: { halfLifeDays: 365, referral: 1, promoter: 1, detractor: -1, mention: 1 },
  weights: VALUE_DISCIPLINES.balanced,
  dimensionWeights: { reliability: 1, assurance: 1, tangibles: 1, empathy: 1, responsiveness: 1 },
  loyaltyBands: { ...LOYALTY_BAND_EDGES, minimumCoverage: 0.35 },
  cesAgreesFrom: 5,
  hazardBinsHours: [0, 1, 4, 8, 24, 72, 168, 336, 672],
};
