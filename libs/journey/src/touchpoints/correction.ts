import { FactField, Touchpoint } from '../declare.js';
import { Label } from '../fields.js';
import { STEP } from '../steps.js';

/**
 * A touchpoint that should never have been published is taken out of every view; the event itself stays. To restore
 * it, publish it again under a new id.
 */
@Touchpoint({ name: 'EventRetracted', version: 1, step: STEP.EventRetracted, kind: 'correction' })
export class EventRetracted {
  /** The CloudEvents source of the touchpoint that is taken out. */
  @FactField() @Label(512) readonly eventSource!: string;
  /** Its CloudEvents id. */
  @FactField() @Label(256) readonly eventId!: string;
  @FactField() @Label(500) readonly reason!: string;
}
