import { NotFound } from '#event-sourcing';
import type { TouchpointName } from '#journey';

/** The kinds of policies by their name in URLs. */
export const POLICY_KINDS = {
  scoring: 'ScoringPolicyPublished',
  sla: 'SlaPolicyPublished',
  'business-hours': 'BusinessHoursPublished',
  model: 'ScoringModelFitted',
} as const satisfies { readonly [kind: string]: TouchpointName };

/** The touchpoint by which a kind of policy is published. Throws NotFound. */
export function policyTouchpoint(kind: string): (typeof POLICY_KINDS)[keyof typeof POLICY_KINDS] {
  if (Object.hasOwn(POLICY_KINDS, kind)) return POLICY_KINDS[kind as keyof typeof POLICY_KINDS];
  throw new NotFound(
    `there is no kind of policy ${JSON.stringify(kind)}: ${Object.keys(POLICY_KINDS).join(', ')}`,
  );
}
