import type { CustomerQuery, QueryContext } from './query-context.js';
import { personOf } from './person.js';
import { NotFound } from '#event-sourcing';

/** Under whom a customer is folded now: the survivor of a merge, or the customer itself. */
export async function survivorOf(
  { reader }: QueryContext,
  { tenant, customer }: CustomerQuery,
): Promise<{ readonly survivor: string }> {
  try {
    const { survivor } = await personOf(reader, tenant, customer, undefined);
    return { survivor };
  } catch (error) {
    if (error instanceof NotFound) return { survivor: customer };
    throw error;
  }
}
