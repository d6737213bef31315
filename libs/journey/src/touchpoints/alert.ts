import { Means, Touchpoint } from '../declare.js';
import { Id, Label, OneOf, Optional, Whole } from '../fields.js';
import { STEP } from '../steps.js';

@Touchpoint({
  name: 'AlertRaised',
  version: 1,
  step: STEP.alert,
  kind: 'alert',
  means: 'A rule found something that somebody should look at. Written by the ledger itself.',
})
export class AlertRaised {
  @Id() readonly alertId!: string;
  @Means('The rule that found it: `issue-breach-ahead`, `churn-band-entered`.')
  @Label()
  readonly rule!: string;
  @Means('The customer it is about.')
  @Optional()
  @Id()
  readonly customer?: string | null;
  @Optional() @Id() readonly issueId?: string | null;
  @Optional() @Id() readonly promiseId?: string | null;
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
