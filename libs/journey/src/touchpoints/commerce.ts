import { FactField, Touchpoint } from '../declare.js';
import { Amount, Currency, Id, Label, Optional } from '../fields.js';
import { STEP } from '../steps.js';

@Touchpoint({
  name: 'PurchaseMade',
  version: 1,
  step: STEP.PurchaseMade,
  means: 'The customer buys something. Churn risk and loyalty rest on when purchases happen.',
})
export class PurchaseMade {
  @FactField() @Id() readonly orderId!: string;
  @FactField() @Amount() readonly amount!: string;
  @FactField() @Currency() readonly currency!: string;
  @FactField() @Optional() @Label(500) readonly reason?: string | null;
}

@Touchpoint({
  name: 'PurchaseReturned',
  version: 1,
  step: STEP.PurchaseReturned,
  means: 'A purchase comes back, whole or in part (`amount`). The day of the purchase still counts as one.',
})
export class PurchaseReturned {
  @FactField() @Id() readonly orderId!: string;
  @FactField() @Amount() readonly amount!: string;
  @FactField() @Currency() readonly currency!: string;
  @FactField() @Optional() @Label(500) readonly reason?: string | null;
}

@Touchpoint({
  name: 'ContractStarted',
  version: 1,
  step: STEP.ContractStarted,
  means: 'A contract begins. From now on the risk is that it is ended, not that purchases stop.',
})
export class ContractStarted {
  @FactField() @Id() readonly contractId!: string;
  @FactField() @Optional() @Label(500) readonly reason?: string | null;
}

@Touchpoint({
  name: 'ContractRenewed',
  version: 1,
  step: STEP.ContractRenewed,
  means: 'The contract goes on for another term.',
})
export class ContractRenewed {
  @FactField() @Id() readonly contractId!: string;
  @FactField() @Optional() @Label(500) readonly reason?: string | null;
}

@Touchpoint({
  name: 'ContractEnded',
  version: 1,
  step: STEP.ContractEnded,
  means: 'The contract is over. After the last one the customer has left.',
})
export class ContractEnded {
  @FactField() @Id() readonly contractId!: string;
  @FactField() @Optional() @Label(500) readonly reason?: string | null;
}
