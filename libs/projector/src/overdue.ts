import { presentTime } from '#views';
import { booksOf } from './derive-range.js';
import { loadPersons } from './load-persons.js';
import type { ProjectedPerson } from './person.js';
import type { ProjectorContext } from './projector-context.js';
import { TouchedPersons } from './touched-persons.js';

/** Derives again the rows that silence keeps right no longer. False: there is none. */
export async function overdueStep(context: ProjectorContext): Promise<boolean> {
  const persons = await overduePersons(context);
  if (persons.length === 0) return false;
  const touched = new TouchedPersons(context, await booksOf(context, persons));
  await touched.foldAgain(persons, new Map());
  const change = context.changeOf(touched.derived);
  await context.commit(change);
  // A row that cannot be derived stays overdue: it is not to be tried without an end.
  return change.rows.length > 0;
}

async function overduePersons(context: ProjectorContext): Promise<readonly ProjectedPerson[]> {
  const asOf = presentTime(context.clock.now(), undefined);
  const names = context.keptTables.map(({ name }) => name);
  return loadPersons(context, await context.stored.overdue(names, asOf, context.limits.overduePersons));
}
