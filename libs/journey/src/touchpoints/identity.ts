import { FactField, Touchpoint } from '../declare.js';
import { Id, Label, Optional } from '../fields.js';
import { STEP } from '../steps.js';

/**
 * Two identities turned out to be one person; recorded with the survivor, whose view is the fold of both from now
 * on. This is knowledge, not an event in the customer's life: they were the same person before we knew.
 */
@Touchpoint({ name: 'CustomersMerged', version: 1, step: STEP.CustomersMerged, kind: 'identity' })
export class CustomersMerged {
  /** The identity that is merged into the subject. */
  @FactField() @Id() readonly mergedId!: string;
  @FactField() @Optional() @Label(500) readonly reason?: string | null;
}

/** The merge was a mistake: both identities are folded apart again. */
@Touchpoint({ name: 'CustomersUnmerged', version: 1, step: STEP.CustomersUnmerged, kind: 'identity' })
export class CustomersUnmerged {
  /** The identity that is cut from the subject. */
  @FactField() @Id() readonly mergedId!: string;
  @FactField() @Optional() @Label(500) readonly reason?: string | null;
}

/** The customer's keys are deleted: what was personal can be read by nobody any more, measures keep their counts. */
@Touchpoint({ name: 'CustomerErased', version: 1, step: STEP.CustomerErased, kind: 'erasure' })
export class CustomerErased {
  @FactField() @Label(500) readonly reason!: string;
}
