import type { FactsOf } from './facts.js';

/** What the company has recorded of the customer, apart from personal data. */
export class Profile {
  /** The company's own grouping of customers, as named last; undefined: never. */
  segment: string | undefined;

  identified({ data }: FactsOf<'CustomerIdentified'>): void {
    this.segment = data.segment ?? this.segment;
  }
}
