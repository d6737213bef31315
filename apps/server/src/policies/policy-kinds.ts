import { NotFound } from '#event-sourcing';
import { latestOf, POLICY_KINDS, type PolicyType } from '#journey';

/** The schemas of what is published, for OpenAPI. */
export const POLICY_BODIES = Object.values(POLICY_KINDS).map((name) => ({
  $ref: `#/components/schemas/${latestOf(name).type}`,
}));

/** The touchpoint by which a kind of policy is published. Throws NotFound. */
export function policyTouchpoint(kind: string): PolicyType {
  if (Object.hasOwn(POLICY_KINDS, kind)) return POLICY_KINDS[kind as keyof typeof POLICY_KINDS];
  throw new NotFound(
    `there is no kind of policy ${JSON.stringify(kind)}: ${Object.keys(POLICY_KINDS).join(', ')}`,
  );
}
