import { Touchpoint } from '../declare.js';
import { Id, Label, OneOf, Optional, Whole } from '../fields.js';
import { STEP } from '../steps.js';

/** Something about to go wrong was noticed and is to be seen by somebody. Recorded, so that a rebuild sends nothing. */
@Touchpoint({ name: 'AlertRaised', version: 1, step: STEP.alert, kind: 'alert' })
export class AlertRaised {
  @Id() readonly alertId!: string;
  /** The rule that found it: `issue-breach-ahead`, `churn-band-entered`. */
  @Label() readonly rule!: string;
  @Optional() @Id() readonly customer?: string | null;
  @Optional() @Id() readonly issueId?: string | null;
  @Optional() @Id() readonly promiseId?: string | null;
}

/** The reason for the alert is gone, or somebody has taken it on. */
@Touchpoint({ name: 'AlertClosed', version: 1, step: STEP.alert, kind: 'alert' })
export class AlertClosed {
  @Id() readonly alertId!: string;
  @Optional() @Label(500) readonly reason?: string | null;
}

/** The alert was sent out, or sending it failed. */
@Touchpoint({ name: 'AlertDelivered', version: 1, step: STEP.alert, kind: 'alert' })
export class AlertDelivered {
  @Id() readonly alertId!: string;
  /** Where to, by the name of the destination as configured. */
  @Label() readonly destination!: string;
  @OneOf(['delivered', 'failed']) readonly outcome!: 'delivered' | 'failed';
  @Optional() @Whole(1, 1_000_000) readonly attempts?: number | null;
}
