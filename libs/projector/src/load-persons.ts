import type { CustomerRef } from '#views';
import { personOf, type ProjectedPerson } from './person.js';
import type { ProjectorContext } from './projector-context.js';

/** The persons that stored customers are (part of), each once. */
export async function loadPersons(
  { directory, progress }: ProjectorContext,
  customers: readonly CustomerRef[],
): Promise<readonly ProjectedPerson[]> {
  await directory.load(customers, progress.customers + 1);
  const persons = new Map<number, ProjectedPerson>();
  for (const { tenant, customer } of customers) {
    const person = personOf(tenant, directory.get(tenant, customer), customer);
    persons.set(person.survivor.number, person);
  }
  return [...persons.values()];
}
