import { foldLinks } from '#journey';
import type { Asker, CustomerMoment } from './asker.js';

/** Under whom a customer is folded now: the survivor of a merge, or the customer itself. */
export async function survivorOf(
  { reader }: Asker,
  { tenant, customer }: Omit<CustomerMoment, 'at'>,
): Promise<{ readonly survivor: string }> {
  const links = await reader.links(tenant, customer);
  return { survivor: foldLinks(links).survivorOf(customer) };
}
