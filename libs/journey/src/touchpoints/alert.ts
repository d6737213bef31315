import { Means, Touchpoint } from '../declare.js';
import { Between, Id, Instant, Label, OneOf, Optional, Whole } from '../fields.js';
import { STEP } from '../steps.js';

/** What alerts are about. */
export const ALERT_KINDS = [
  'breach-ahead',
  'breached',
  'risk-band',
  'promise-due',
  'silent-source',
  'measure-past',
] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

@Touchpoint({
  name: 'AlertRaised',
  version: 1,
  step: STEP.alert,
  kind: 'alert',
  means: 'A rule found something that somebody should look at. Written by the ledger itself.',
})
export class AlertRaised {
  @Id() readonly alertId!: string;
  @Means('The name of the rule that found it.')
  @Label()
  readonly rule!: string;
  @Means('The publication of rules it belongs to: `<policy>@<version>`.')
  @Optional()
  @Label()
  readonly rules?: string | null;
  @Means('What the rule is about.')
  @Optional()
  @OneOf(ALERT_KINDS)
  readonly kind?: AlertKind | null;
  @Means('The customer it is about.')
  @Optional()
  @Id()
  readonly customer?: string | null;
  @Optional() @Id() readonly issueId?: string | null;
  @Optional() @Id() readonly promiseId?: string | null;
  @Means('The identity that issue or promise was published to, where it is another than the customer.')
  @Optional()
  @Id()
  readonly publishedTo?: string | null;
  @Means('The CloudEvents source that is silent.')
  @Optional()
  @Label(2_000)
  readonly source?: string | null;
  @Means('The measure that is beyond its threshold.')
  @Optional()
  @Label()
  readonly measure?: string | null;
  @Means('When what it warns of happens or has happened: the breach, the due time of the promise.')
  @Optional()
  @Instant()
  readonly dueAt?: string | null;
  @Means('The value that was found, e.g. the excess risk.')
  @Optional()
  @Between(-1e15, 1e15)
  readonly value?: number | null;
}

@Touchpoint({
  name: 'AlertClosed',
  version: 1,
  step: STEP.alert,
  kind: 'alert',
  means: 'The reason for the alert is gone, or somebody has taken it on.',
})
export class AlertClosed {
  @Id() readonly alertId!: string;
  @Optional() @Label(500) readonly reason?: string | null;
}

@Touchpoint({
  name: 'AlertDelivered',
  version: 1,
  step: STEP.alert,
  kind: 'alert',
  means: 'The alert was sent to its destination, or sending it failed.',
})
export class AlertDelivered {
  @Id() readonly alertId!: string;
  @Means('Where to, by the name of the destination as configured.')
  @Label()
  readonly destination!: string;
  @Means('Whether it arrived.')
  @OneOf(['delivered', 'failed'])
  readonly outcome!: 'delivered' | 'failed';
  @Means('How often it was tried.')
  @Optional()
  @Whole(1, 1_000_000)
  readonly attempts?: number | null;
}
