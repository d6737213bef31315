import { FactField } from '../declare.js';
import { Amount, Currency } from '../fields.js';

/** An amount in a currency. */
export class Money {
  @FactField() @Amount() readonly amount!: string;
  @FactField() @Currency() readonly currency!: string;
}
