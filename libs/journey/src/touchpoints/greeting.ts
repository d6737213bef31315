import { FactField, Touchpoint } from '../declare.js';
import { Id, OneOf, Optional, Seconds } from '../fields.js';
import { STEP } from '../steps.js';

/** Step 1, greet: somebody answered. A bot's greeting does not stop the clock of the first human answer. */
@Touchpoint({ name: 'CustomerGreeted', version: 1, step: STEP.CustomerGreeted })
export class CustomerGreeted {
  @FactField() @Id() readonly contactId!: string;
  @FactField() @Id() readonly agentId!: string;
  @FactField() @OneOf(['human', 'bot']) readonly agentKind!: 'human' | 'bot';
  @FactField() @Optional() @Id() readonly team?: string | null;
  @FactField() @Optional() @Seconds() readonly waitSeconds?: number | null;
}
