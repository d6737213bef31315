import type { Issue } from '#customer';
import { issuePressure, pressureDue, round6, type ViewContext } from '#scoring';

/** What of an issue its pressure depends on. */
type Pressing = Pick<Issue, 'isOpen' | 'severity' | 'openedAt' | 'contacts' | 'reopens'>;

/** The pressure of an issue at `context.asOf`, by the SLA in force at its first raising; 0 where it is not open. */
export function pressureOf(issue: Pressing, { asOf, policy, sla }: ViewContext): number {
  return issue.isOpen ? round6(issuePressure(issue, asOf, sla(issue.openedAt), policy)) : 0;
}

/** The first instant (ms) after `context.asOf` at which the pressure, rounded to two decimals, changes; null: never. */
export function pressureDueOf(issue: Issue, { asOf, policy, sla }: ViewContext): number | null {
  return issue.isOpen ? pressureDue(issue, asOf, sla(issue.openedAt), policy) : null;
}
