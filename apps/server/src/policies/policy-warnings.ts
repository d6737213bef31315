import { formatTime, type InputFault, parseTime } from '#event-sourcing';
import type { PolicyType } from '#journey';
import { hoursHoldFrom } from '#scoring';

/** What the publisher of an accepted policy should know: business hours inside a local day take effect at its end. */
export function policyWarnings(
  touchpoint: PolicyType,
  policy: Readonly<Record<string, unknown>>,
): readonly InputFault[] {
  const { zone, effectiveFrom } = policy;
  if (touchpoint !== 'BusinessHoursPublished' || typeof zone !== 'string') return [];
  const from = typeof effectiveFrom === 'string' ? parseTime(effectiveFrom) : undefined;
  if (from === undefined) return [];
  const holdFrom = hoursHoldFrom({ zone }, from);
  if (holdFrom === from) return [];
  const detail = `lies inside a day in ${zone}: the hours take effect at the next local midnight, ${formatTime(holdFrom)}`;
  return [{ pointer: '/effectiveFrom', detail }];
}
