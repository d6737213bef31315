/** What an answer, or an item of one, says where its customer was erased. */
interface Erasable {
  readonly customer: string;
  readonly erased?: true;
}

/** The customer in a table. */
export function customerCell({ customer, erased }: Erasable): string {
  return erased === true ? `${customer} (erased)` : customer;
}

/** The sentence in the place of an answer about an erased customer; undefined for others. */
export function erasedLine(answer: object): string | undefined {
  const { customer, erased, erasedAt } = answer as Partial<Erasable> & { readonly erasedAt?: string };
  return erased === true ? `${customer} was erased at ${erasedAt}: nothing is shown any more` : undefined;
}
