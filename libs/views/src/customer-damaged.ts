import { StoreFault } from '#event-sourcing';
import type { CustomerRef } from './read-model-reader.js';

const CODE = 'customer-damaged';

/**
 * What a read model throws where a checksum fails of something stored of one customer: a chunk of its timeline, or a row
 * of a derived table. The projector derives the customer again from the log.
 */
export function customerDamaged({ tenant, customer }: CustomerRef, what: string): StoreFault {
  return new StoreFault(
    CODE,
    `${what} of the customer ${customer} is damaged on the disk; it is derived again from the event log: ask again, or run cx rebuild`,
    { tenant, customer },
  );
}

/** The customer that a read model's error is about; undefined for every other error. */
export function damagedCustomerOf(error: unknown): CustomerRef | undefined {
  if (!(error instanceof StoreFault) || error.code !== CODE) return undefined;
  const { tenant, customer } = error.details as { readonly [name: string]: string };
  return { tenant: tenant!, customer: customer! };
}
