import type { PolicyRecord } from '#event-sourcing';
import type { AlertKind, AlertRule, AlertRulesPublished, MeasurePast } from '#journey';
import { PolicyTimeline } from '#scoring';

/** A rule about a measure. */
export type MeasureRule = MeasurePast & { readonly rule: string };

/** Rules in force, with the publication that they are of. */
export interface AlertRules {
  /** `<policy>@<version>`; null before any were published. */
  readonly id: string | null;
  readonly rules: readonly AlertRule[];
}

/** The rules in force at a time (ms), of all policies of a tenant in recording order. */
export function alertRulesAt(policies: readonly PolicyRecord[], at: number): AlertRules {
  const published = policies.filter(({ type }) => type === 'AlertRulesPublished');
  const timeline = new PolicyTimeline(
    published.map((record) => ({ from: record.effectiveFrom, id: record.eventId, value: record })),
  );
  const inForce = timeline.inForce(at)?.value;
  if (inForce === undefined) return { id: null, rules: [] };
  const { policy, version, rules } = JSON.parse(inForce.data) as AlertRulesPublished;
  return { id: `${policy}@${version}`, rules };
}

/** What a rule is about. */
export function kindOf(rule: AlertRule): AlertKind {
  if (rule.breachAhead) return 'breach-ahead';
  if (rule.breached) return 'breached';
  if (rule.riskBand) return 'risk-band';
  if (rule.promiseDue) return 'promise-due';
  return rule.silentSource ? 'silent-source' : 'measure-past';
}
