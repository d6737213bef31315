import { FactField, Means, Touchpoint } from '../declare.js';
import { Id, OneOf, Optional, Seconds } from '../fields.js';
import { STEP } from '../steps.js';

@Touchpoint({
  name: 'CustomerGreeted',
  version: 1,
  step: STEP.CustomerGreeted,
  means: 'Somebody answered the customer. A bot’s greeting does not end the waiting for a human answer.',
})
export class CustomerGreeted {
  @FactField() @Id() readonly contactId!: string;
  @FactField() @Id() readonly agentId!: string;
  @Means('Whether a person or a bot answered.')
  @FactField()
  @OneOf(['human', 'bot'])
  readonly agentKind!: 'human' | 'bot';
  @FactField() @Optional() @Id() readonly team?: string | null;
  @FactField() @Optional() @Seconds() readonly waitSeconds?: number | null;
}
