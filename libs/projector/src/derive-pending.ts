import { booksOf } from './derive-range.js';
import { byCustomer, customersOfLinks, readIncoming, tenantLink } from './incoming.js';
import { loadPersons } from './load-persons.js';
import type { PendingTables } from './pending-tables.js';
import type { ProjectorContext } from './projector-context.js';
import { TouchedPersons } from './touched-persons.js';
import type { CustomerRef } from '#views';

/** One portion of the rows that are still to be derived since their facts were stored first. */
export async function derivePending(context: ProjectorContext, pending: PendingTables): Promise<void> {
  if (pending.toRead !== undefined) return findAgain(context, pending, pending.toRead);
  const { checkpoint, tablesAt } = context.progress;
  const taken = pending.take(pending.portionSize(context.limits), checkpoint);
  const persons = await loadPersons(context, taken);
  const touched = new TouchedPersons(context, await booksOf(context, persons));
  await touched.deriveStored(persons);
  const reached = pending.reached(checkpoint);
  await context.commitAhead({
    ...context.changeOf(touched.derived),
    progress: { tablesAt: reached ?? tablesAt },
  });
  if (reached === checkpoint) context.pending = undefined;
}

/** After a restart: the customers of the next events whose rows may not be derived. */
async function findAgain(
  context: ProjectorContext,
  pending: PendingTables,
  { after, upTo }: NonNullable<PendingTables['toRead']>,
): Promise<void> {
  const { events, limits, registry, stored } = context;
  const page = await events.readAll({ after, limit: limits.pageEvents });
  const own = page.events.filter(({ position }) => position <= upTo);
  const { facts } = readIncoming(own, registry, context.now(), { trial: false });
  const links = facts.flatMap((fact) => tenantLink(fact) ?? []);
  const named: readonly CustomerRef[] = [
    ...byCustomer(facts).map(({ tenant, customer }) => ({ tenant, customer })),
    ...customersOfLinks(links),
  ];
  // Events of touchpoints that only a newer program knows are packed later: their customers may not be stored.
  const records = await stored.people(named);
  const found = named.flatMap(({ tenant, customer }, i) =>
    (records[i]?.customers ?? [])
      .filter(({ name }) => name === customer)
      .map((record) => ({ tenant, record })),
  );
  const isEnd = page.atEnd || page.scannedTo >= upTo || page.scannedTo === after;
  pending.found(found, isEnd ? undefined : page.scannedTo);
}
