import { FactField, Touchpoint } from '../declare.js';
import { Id, Label, Optional } from '../fields.js';
import { STEP } from '../steps.js';

/** Step 5, leave the door open: the customer is asked to come again. */
@Touchpoint({ name: 'ReturnInvited', version: 1, step: STEP.ReturnInvited })
export class ReturnInvited {
  @FactField() @Id() readonly contactId!: string;
  @FactField() @Optional() @Label(500) readonly offer?: string | null;
}
