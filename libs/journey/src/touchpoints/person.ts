import { FactField, Means, Personal, Touchpoint } from '../declare.js';
import { Label, ListOf, Optional, Text } from '../fields.js';
import { STEP } from '../steps.js';

/** Another name under which the customer is known: a scheme (`crm`, `loyalty-card`) and the value in it. */
export class Alias {
  @Means('The system the id is of: `crm`, `loyalty-card`.')
  @Label()
  readonly scheme!: string;
  @Means('The id in that system. Stored encrypted.')
  @Personal()
  @Text(2_000)
  readonly value!: string;
}

@Touchpoint({
  name: 'CustomerIdentified',
  version: 1,
  step: STEP.CustomerIdentified,
  means: 'Personal details of the customer. They are stored encrypted with a key of the customer’s own.',
})
export class CustomerIdentified {
  @Means('The customer’s name. Stored encrypted.')
  @Personal()
  @Optional()
  @Text(2_000)
  readonly name?: string | null;
  @Means('The customer’s e-mail address. Stored encrypted.')
  @Personal()
  @Optional()
  @Text(2_000)
  readonly email?: string | null;
  @Means('The customer’s telephone number. Stored encrypted.')
  @Personal()
  @Optional()
  @Text(2_000)
  readonly phone?: string | null;
  @Means('Other ids of the customer.')
  @Optional()
  @ListOf(() => Alias)
  readonly aliases?: readonly Alias[] | null;
  @Means('The company’s own grouping of customers.')
  @FactField()
  @Optional()
  @Label()
  readonly segment?: string | null;
}

@Touchpoint({
  name: 'PreferenceStated',
  version: 1,
  step: STEP.PreferenceStated,
  means: 'How the customer wants to be treated. The latest value of a key holds.',
})
export class PreferenceStated {
  @Means('What the preference is about: `language`, `channel`.')
  @FactField()
  @Label()
  readonly key!: string;
  @Means('What the customer prefers. Stored encrypted.')
  @Personal()
  @Text(4_000)
  readonly value!: string;
}
