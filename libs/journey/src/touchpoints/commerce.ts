import { FactField, Touchpoint } from '../declare.js';
import { Amount, Currency, Id, Label, Optional } from '../fields.js';
import { STEP } from '../steps.js';

/** The customer buys: the behaviour that everything else is meant to bring about. */
@Touchpoint({ name: 'PurchaseMade', version: 1, step: STEP.PurchaseMade })
export class PurchaseMade {
  @FactField() @Id() readonly orderId!: string;
  @FactField() @Amount() readonly amount!: string;
  @FactField() @Currency() readonly currency!: string;
  @FactField() @Optional() @Label(500) readonly reason?: string | null;
}

/** A purchase comes back, whole or in part (`amount`). The purchase day stays a purchase day. */
@Touchpoint({ name: 'PurchaseReturned', version: 1, step: STEP.PurchaseReturned })
export class PurchaseReturned {
  @FactField() @Id() readonly orderId!: string;
  @FactField() @Amount() readonly amount!: string;
  @FactField() @Currency() readonly currency!: string;
  @FactField() @Optional() @Label(500) readonly reason?: string | null;
}

/** The customer signs: from now on leaving is something that is seen. */
@Touchpoint({ name: 'ContractStarted', version: 1, step: STEP.ContractStarted })
export class ContractStarted {
  @FactField() @Id() readonly contractId!: string;
  @FactField() @Optional() @Label(500) readonly reason?: string | null;
}

/** The customer stays for another term. */
@Touchpoint({ name: 'ContractRenewed', version: 1, step: STEP.ContractRenewed })
export class ContractRenewed {
  @FactField() @Id() readonly contractId!: string;
  @FactField() @Optional() @Label(500) readonly reason?: string | null;
}

/** The contract is over; after the last one the customer has left. */
@Touchpoint({ name: 'ContractEnded', version: 1, step: STEP.ContractEnded })
export class ContractEnded {
  @FactField() @Id() readonly contractId!: string;
  @FactField() @Optional() @Label(500) readonly reason?: string | null;
}
