import { presentTime } from '#views';
import { personOf, type ProjectedPerson } from './person.js';
import type { ProjectorContext } from './projector-context.js';
import { TouchedPersons } from './touched-persons.js';

/** Derives again the rows that silence keeps right no longer. False: there is none. */
export async function overdueStep(context: ProjectorContext): Promise<boolean> {
  const persons = await overduePersons(context);
  if (persons.length === 0) return false;
  const books = new Map<string, Awaited<ReturnType<typeof context.policies.bookOf>>>();
  for (const { tenant } of persons) books.set(tenant, await context.policies.bookOf(tenant));
  const touched = new TouchedPersons(context, (tenant) => books.get(tenant)!);
  await touched.foldAgain(persons, new Map());
  const { rows, parked, unparked, held } = touched.derived;
  for (const one of held) context.directory.hold(one.tenant, one.customer, one.heldAt);
  const { commits: _, ...progress } = context.progress;
  await context.commit({
    progress,
    rows,
    parked,
    unparked,
    held: held.map(({ number, heldAt }) => ({ customer: number, heldAt })),
  });
  // A row that cannot be derived stays overdue: it is not to be tried without an end.
  return rows.length > 0;
}

async function overduePersons(context: ProjectorContext): Promise<readonly ProjectedPerson[]> {
  const asOf = presentTime(context.clock.now(), undefined);
  const names = context.keptTables.map(({ name }) => name);
  const found = await context.stored.overdue(names, asOf, context.limits.overduePersons);
  await context.directory.load(found, context.progress.customers + 1);
  const persons = new Map<number, ProjectedPerson>();
  for (const { tenant, customer } of found) {
    const person = personOf(tenant, context.directory.get(tenant, customer), customer);
    persons.set(person.survivor.number, person);
  }
  return [...persons.values()];
}
