import { type Drift, monotone } from './drift.js';
import { dueAfter, HUNDREDTHS } from './due.js';
import type { ScoringPolicy } from './policy.js';
import type { Severity } from '#journey';
import type { SlaPolicy } from './sla-policy.js';

/** What an open issue's pressure is computed from. */
export interface PressingIssue {
  readonly severity: Severity;
  /** When it was first raised, ms; reopening does not reset it. */
  readonly openedAt: number;
  readonly contacts: number;
  readonly reopens: number;
}

/**
 * severity · (1 − 2^(−age/SLA)) · (1 + ¼·min(4, max(0, contacts − 1)) + ½·reopens), of calendar age and the target
 * to resolution. A customer's pressure is the sum over the open issues.
 */
export function issuePressure(
  issue: PressingIssue,
  asOf: number,
  sla: SlaPolicy,
  policy: ScoringPolicy,
): number {
  const { perContact, contactsAtMost, perReopen } = policy.pressure;
  const age = Math.max(0, asOf - issue.openedAt);
  const target = sla.targets[issue.severity].resolutionSeconds * 1000;
  // A target of zero is used up at once; 0 / 0 is not a number.
  const aged = target === 0 ? 1 : -Math.expm1(-(age / target) * Math.LN2);
  const repeated = Math.min(contactsAtMost, Math.max(0, issue.contacts - 1));
  return (
    policy.severityWeights[issue.severity] * aged * (1 + perContact * repeated + perReopen * issue.reopens)
  );
}

/** The pressure of an open issue while nothing happens, not rounded: it only rises. */
export function pressureDrift(issue: PressingIssue, sla: SlaPolicy, policy: ScoringPolicy): Drift {
  return monotone((asOf) => issuePressure(issue, asOf, sla, policy));
}

/** The next instant (ms) at which the issue's pressure, rounded to two decimals, changes; null: never. A row's `due`. */
export function pressureDue(
  issue: PressingIssue,
  asOf: number,
  sla: SlaPolicy,
  policy: ScoringPolicy,
): number | null {
  return dueAfter(pressureDrift(issue, sla, policy), HUNDREDTHS, asOf);
}
