import { FactField, Means, Touchpoint } from '../declare.js';
import { EventName, Reason } from '../fields.js';
import { STEP } from '../steps.js';

@Touchpoint({
  name: 'EventRetracted',
  version: 1,
  step: STEP.EventRetracted,
  kind: 'correction',
  means:
    'Takes a wrongly published touchpoint out of every view; the event itself stays in the log. To correct one (a wrong customer, a wrong time), retract it under the customer it was published for, and publish the right one under a new id.',
})
export class EventRetracted {
  @Means('The CloudEvents source of the touchpoint that is taken out.')
  @FactField()
  @EventName(512)
  readonly eventSource!: string;
  @Means('Its CloudEvents id.')
  @FactField()
  @EventName(256)
  readonly eventId!: string;
  @Means('Why, for auditors; no personal data.')
  @FactField()
  @Reason()
  readonly reason!: string;
}
