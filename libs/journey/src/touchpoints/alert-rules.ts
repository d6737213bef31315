import { Means, Touchpoint } from '../declare.js';
import { Between, Id, Instant, Label, ListOf, Nested, OneOf, Optional, Where, Whole } from '../fields.js';
import { STEP } from '../steps.js';
import type { Severity } from '../words.js';
import { Names, Severities } from './names.js';

/** A year in minutes. */
const YEAR = 525_600;

function hasOneThreshold(object: object): boolean {
  const { above, below } = object as { readonly above?: unknown; readonly below?: unknown };
  return ((above ?? null) === null) !== ((below ?? null) === null);
}

/** Open issues that will soon miss their SLA target. */
export class BreachAhead {
  @Means('How long before the breach, minutes of the clock on the wall.')
  @Whole(1, YEAR)
  readonly minutes!: number;
  @Means('Only issues of these severities; left out: of all.')
  @Optional()
  @Severities()
  readonly severities?: readonly Severity[] | null;
  @Means('Only issues of these teams; left out: of all.')
  @Optional()
  @Names()
  readonly teams?: readonly string[] | null;
  @Means('Only issues of these categories; left out: of all.')
  @Optional()
  @Names()
  readonly categories?: readonly string[] | null;
}

/** Open issues past their SLA target. */
export class Breached {
  @Means('Only issues of these severities; left out: of all.')
  @Optional()
  @Severities()
  readonly severities?: readonly Severity[] | null;
  @Means('Only issues of these teams; left out: of all.')
  @Optional()
  @Names()
  readonly teams?: readonly string[] | null;
  @Means('Only issues of these categories; left out: of all.')
  @Optional()
  @Names()
  readonly categories?: readonly string[] | null;
}

/** Customers whose risk of churn has reached a band. */
export class RiskBand {
  @Means('The band, or a higher one; those who are lost are left out.')
  @OneOf(['medium', 'high', 'critical'])
  readonly band!: 'medium' | 'high' | 'critical';
  @Means('The alert closes when the excess risk is this much below the band; default 0.05.')
  @Optional()
  @Between(0, 0.5)
  readonly margin?: number | null;
}

/** Promises that fall due soon and have not been kept. */
export class PromiseDue {
  @Means('How long before it falls due, minutes.')
  @Whole(1, YEAR)
  readonly minutes!: number;
}

/** A source that has sent nothing. */
export class SilentSource {
  @Means('The CloudEvents source.')
  @Label(2_000)
  readonly source!: string;
  @Means('For how long nothing was recorded from it, minutes.')
  @Whole(1, 10_080)
  readonly minutes!: number;
}

/** A measure beyond a threshold for a while. */
export class MeasurePast {
  @Means('The name of the measure, as in the catalogue of measures.')
  @Where(
    'isMeasureRule',
    'be the name of a measure beside exactly one of above and below',
    (value, object) => typeof value === 'string' && value.length <= 100 && hasOneThreshold(object),
  )
  readonly measure!: string;
  @Means('The measure is to stay at or below this; exactly one of `above` and `below`.')
  @Optional()
  @Between(-1e15, 1e15)
  readonly above?: number | null;
  @Means('The measure is to stay at or above this.')
  @Optional()
  @Between(-1e15, 1e15)
  readonly below?: number | null;
  @Means('The measure is of the last so many minutes; default 60.')
  @Optional()
  @Whole(1, YEAR)
  readonly overMinutes?: number | null;
  @Means('For how long it must have been beyond the threshold, minutes; 0: at once.')
  @Whole(0, 10_080)
  readonly minutes!: number;
  @Means('The alert closes when the measure is back by this much; default 0.')
  @Optional()
  @Between(0, 1e15)
  readonly margin?: number | null;
  @Means('Only of this channel.')
  @Optional()
  @Label()
  readonly channel?: string | null;
  @Means('Only of this queue.')
  @Optional()
  @Label()
  readonly queue?: string | null;
  @Means('Only of this team.')
  @Optional()
  @Label()
  readonly team?: string | null;
  @Means('Only of this category.')
  @Optional()
  @Label()
  readonly category?: string | null;
}

const CONDITIONS = [
  'breachAhead',
  'breached',
  'riskBand',
  'promiseDue',
  'silentSource',
  'measurePast',
] as const;

/** One rule: a name and exactly one condition. */
export class AlertRule {
  @Means('Its name, which alerts carry; beside it exactly one condition.')
  @Where(
    'isRuleName',
    `be a name of 1 to 100 characters beside exactly one of ${CONDITIONS.join(', ')}`,
    (value, object) =>
      typeof value === 'string' &&
      value.length >= 1 &&
      value.length <= 100 &&
      CONDITIONS.filter((name) => ((object as Partial<AlertRule>)[name] ?? null) !== null).length === 1,
  )
  readonly rule!: string;
  @Means('An open issue will soon miss its SLA target.')
  @Optional()
  @Nested(() => BreachAhead)
  readonly breachAhead?: BreachAhead | null;
  @Means('An open issue is past its SLA target.')
  @Optional()
  @Nested(() => Breached)
  readonly breached?: Breached | null;
  @Means('The risk of churn of a customer has reached a band.')
  @Optional()
  @Nested(() => RiskBand)
  readonly riskBand?: RiskBand | null;
  @Means('A promise falls due soon.')
  @Optional()
  @Nested(() => PromiseDue)
  readonly promiseDue?: PromiseDue | null;
  @Means('A source has sent nothing for a while.')
  @Optional()
  @Nested(() => SilentSource)
  readonly silentSource?: SilentSource | null;
  @Means('A measure has been beyond a threshold for a while.')
  @Optional()
  @Nested(() => MeasurePast)
  readonly measurePast?: MeasurePast | null;
}

const namesDiffer = (value: unknown) =>
  Array.isArray(value) &&
  new Set(value.map((rule) => (rule as AlertRule | null)?.rule)).size === value.length;

@Touchpoint({
  name: 'AlertRulesPublished',
  version: 1,
  step: STEP.policy,
  kind: 'policy',
  means:
    'What the ledger raises alerts for. A publication replaces all rules before it: alerts of a rule that is gone are closed.',
})
export class AlertRulesPublished {
  @Id() readonly policy!: string;
  @Whole(1, 1_000_000) readonly version!: number;
  @Optional() @Instant() readonly effectiveFrom?: string | null;
  @Optional() @Label(500) readonly reason?: string | null;
  @Means('The rules, at most 100, each under a name of its own; none: no alerts are raised.')
  @Where('areRules', 'have a name of its own for each rule', namesDiffer)
  @ListOf(() => AlertRule, 100)
  readonly rules!: readonly AlertRule[];
}
