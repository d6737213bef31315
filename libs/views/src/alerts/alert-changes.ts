import { formatTime, type Json } from '#event-sourcing';
import type { Alert, AlertBook } from './alert-book.js';
import { type AlertConditions, ALERTS_OF_A_RULE, type MetCondition } from './alert-conditions.js';
import { alertKey } from './alert-subject.js';

/** Alerts that are raised or closed at once; the others follow. */
const CHANGES_AT_ONCE = 500;

/** An event to be recorded in the tenant's stream. */
export interface AlertEvent {
  readonly name: 'AlertRaised' | 'AlertClosed';
  /** The id within the source of alerts. */
  readonly id: string;
  readonly data: { readonly [field: string]: Json };
}

/**
 * What is to be recorded so that the open alerts are those that the rules describe. An alert is raised once for a rule and a
 * subject and closed when what it is about is over; there are no more of a rule than `ALERTS_OF_A_RULE`.
 */
export function alertChanges(book: AlertBook, conditions: AlertConditions): readonly AlertEvent[] {
  if (conditions.unsure) return [];
  const met = new Map(conditions.met.map((one) => [alertKey(one.rule, one.subject), one]));
  // Of a rule that is truncated, what it did not find may still be there.
  const closed = [...book.open].filter(
    ([key, { rule }]) => !met.has(key) && !conditions.truncated.includes(rule),
  );
  const gone = new Set(closed.map(([key]) => key));
  const open = countByRule([...book.open].filter(([key]) => !gone.has(key)).map(([, alert]) => alert));
  const events: AlertEvent[] = closed.map(([, alert]) => closingOf(alert, conditions));
  for (const [key, one] of met) {
    const already = open.get(one.rule) ?? 0;
    if (!one.raises || book.open.has(key) || already >= ALERTS_OF_A_RULE) continue;
    open.set(one.rule, already + 1);
    events.push(raisingOf(book.nextIdOf(key), one, conditions));
  }
  return events.slice(0, CHANGES_AT_ONCE);
}

function countByRule(alerts: readonly Alert[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { rule } of alerts) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return counts;
}

function raisingOf(alertId: string, found: MetCondition, { rules }: AlertConditions): AlertEvent {
  const { rule, kind, subject, dueAt, value } = found;
  const data = {
    ...{ alertId, rule, kind },
    ...(rules !== null && { rules }),
    ...(subject as { readonly [member: string]: string }),
    ...(dueAt !== undefined && { dueAt: formatTime(dueAt) }),
    ...(value !== undefined && { value }),
  };
  return { name: 'AlertRaised', id: `${alertId}/raised`, data };
}

function closingOf({ alertId, rule, kind }: Alert, { names }: AlertConditions): AlertEvent {
  const over = kind === null ? 'it is over' : OVER[kind];
  const reason = names.includes(rule) ? over : 'the rule is no longer in force';
  return { name: 'AlertClosed', id: `${alertId}/closed`, data: { alertId, reason } };
}

const OVER = {
  'breach-ahead': 'the issue is resolved, is past its target, or its target is further away',
  breached: 'the issue is no longer open past its target',
  'risk-band': 'the risk is below the band by the margin, or the customer is lost',
  'promise-due': 'the promise is kept or broken',
  'silent-source': 'the source has sent something',
  'measure-past': 'the measure is back by the margin',
} as const;
