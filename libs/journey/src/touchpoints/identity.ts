import { FactField, Means, Touchpoint } from '../declare.js';
import { Id, Label, Optional, Reason } from '../fields.js';
import { STEP } from '../steps.js';

@Touchpoint({
  name: 'CustomersMerged',
  version: 1,
  step: STEP.CustomersMerged,
  kind: 'identity',
  means:
    'Two ids are one person. The subject is the id that stays; its views cover both from now on. Send it also when an unknown caller is recognised.',
})
export class CustomersMerged {
  @Means('The identity that is merged into the subject.')
  @FactField()
  @Id()
  readonly mergedId!: string;
  @FactField() @Optional() @Reason() readonly reason?: string | null;
}

@Touchpoint({
  name: 'CustomersUnmerged',
  version: 1,
  step: STEP.CustomersUnmerged,
  kind: 'identity',
  means: 'The merge was a mistake: the two ids have views of their own again.',
})
export class CustomersUnmerged {
  @Means('The identity that is cut from the subject.')
  @FactField()
  @Id()
  readonly mergedId!: string;
  @FactField() @Optional() @Reason() readonly reason?: string | null;
}

@Touchpoint({
  name: 'CustomerErased',
  version: 1,
  step: STEP.CustomerErased,
  kind: 'erasure',
  means:
    'The customer’s keys are deleted: what was personal can be read by nobody any more, measures keep their counts.',
})
export class CustomerErased {
  @Means('Why, for auditors; no personal data.')
  @FactField()
  @Reason()
  readonly reason!: string;
  @Means('The erasure that this identity belongs to: those erased together have the same.')
  @Optional()
  @Label(64)
  readonly erasureId?: string | null;
  @Means('SHA-256 that names the destroyed key without telling it; absent where there was none.')
  @Optional()
  @Label(64)
  readonly keyDigest?: string | null;
}
