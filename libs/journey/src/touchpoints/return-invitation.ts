import { FactField, Means, Touchpoint } from '../declare.js';
import { Id, Label, Optional } from '../fields.js';
import { STEP } from '../steps.js';

@Touchpoint({
  name: 'ReturnInvited',
  version: 1,
  step: STEP.ReturnInvited,
  means: 'The customer is invited to come again.',
})
export class ReturnInvited {
  @FactField() @Id() readonly contactId!: string;
  @Means('What was offered with the invitation.')
  @FactField()
  @Optional()
  @Label(500)
  readonly offer?: string | null;
}
