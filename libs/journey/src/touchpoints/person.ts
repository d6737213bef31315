import { FactField, Personal, Touchpoint } from '../declare.js';
import { Label, ListOf, Optional, Text } from '../fields.js';
import { STEP } from '../steps.js';

/** Another name under which the customer is known: a scheme (`crm`, `loyalty-card`) and the value in it. */
export class Alias {
  @Label() readonly scheme!: string;
  @Personal() @Text(2_000) readonly value!: string;
}

/** We learn, or learn anew, who the customer is. */
@Touchpoint({ name: 'CustomerIdentified', version: 1, step: STEP.CustomerIdentified })
export class CustomerIdentified {
  @Personal() @Optional() @Text(2_000) readonly name?: string | null;
  @Personal() @Optional() @Text(2_000) readonly email?: string | null;
  @Personal() @Optional() @Text(2_000) readonly phone?: string | null;
  @Optional() @ListOf(() => Alias) readonly aliases?: readonly Alias[] | null;
  @FactField() @Optional() @Label() readonly segment?: string | null;
}

/** The customer says how they want to be treated. The latest statement on a key holds. */
@Touchpoint({ name: 'PreferenceStated', version: 1, step: STEP.PreferenceStated })
export class PreferenceStated {
  @FactField() @Label() readonly key!: string;
  @Personal() @Text(4_000) readonly value!: string;
}
