import type { TouchpointName } from './touchpoints/index.js';

/** The kinds of policies by their name in URLs, with the touchpoint that publishes each. */
export const POLICY_KINDS = {
  scoring: 'ScoringPolicyPublished',
  sla: 'SlaPolicyPublished',
  'business-hours': 'BusinessHoursPublished',
  model: 'ScoringModelFitted',
  alerts: 'AlertRulesPublished',
} as const satisfies { readonly [kind: string]: TouchpointName };

/** What publishes some kind of policy. */
export type PolicyType = (typeof POLICY_KINDS)[keyof typeof POLICY_KINDS];
