import type { Json, PolicyRecord } from '#event-sourcing';
import { type PolicyType, PRESETS } from '#journey';
import { ALWAYS_OPEN } from './business-hours.js';
import { DEFAULT_POLICY } from './default-policy.js';
import { DEFAULT_MODEL } from './model.js';
import { businessHoursOf, scoringModelOf, scoringPolicyOf, slaPolicyOf } from './published.js';
import { DEFAULT_SLA } from './sla-policy.js';
import { VALUE_DISCIPLINES } from './value-disciplines.js';

/** A policy that is part of the product. */
export interface BuiltInPolicy {
  /** `default@1`, or the name of a preset. */
  readonly id: string;
  /** What to publish, besides a name and a version, in order to have the same. */
  readonly policy: Json;
  /** Everything that it says. */
  readonly complete: Json;
}

/** The built-in policies of each kind, by the touchpoint that publishes the kind; the first holds until one is published. */
export const BUILT_IN_POLICIES: { readonly [type in PolicyType]: readonly BuiltInPolicy[] } = {
  ScoringPolicyPublished: [
    { id: DEFAULT_POLICY.version, policy: {}, complete: asJson(DEFAULT_POLICY) },
    ...PRESETS.map((preset) => ({
      id: preset,
      policy: { preset },
      complete: asJson({ ...DEFAULT_POLICY, weights: VALUE_DISCIPLINES[preset], version: preset }),
    })),
  ],
  SlaPolicyPublished: [{ id: DEFAULT_SLA.version, policy: { targets: {} }, complete: asJson(DEFAULT_SLA) }],
  BusinessHoursPublished: [
    { id: ALWAYS_OPEN.version, policy: { zone: 'UTC', weekly: [] }, complete: asJson(ALWAYS_OPEN) },
  ],
  ScoringModelFitted: [
    { id: DEFAULT_MODEL.version, policy: { parameters: {} }, complete: asJson(DEFAULT_MODEL) },
  ],
  AlertRulesPublished: [{ id: 'default@1', policy: { rules: [] }, complete: { rules: [] } }],
};

const READERS: { readonly [type: string]: (record: PolicyRecord) => unknown } = {
  ScoringPolicyPublished: scoringPolicyOf,
  SlaPolicyPublished: slaPolicyOf,
  BusinessHoursPublished: businessHoursOf,
  ScoringModelFitted: scoringModelOf,
};

/** A published policy with everything that it leaves out filled in, as it is applied. */
export function completePolicy(record: PolicyRecord): Json {
  return asJson(READERS[record.type]?.(record) ?? JSON.parse(record.data));
}

/** Without members that are not known. */
function asJson(policy: unknown): Json {
  return JSON.parse(JSON.stringify(policy)) as Json;
}
