import { buildRows, ComparedRows, deriveRange, personsMet, type ReadPerson } from './derive-range.js';
import type { ProjectorContext } from './projector-context.js';
import type { RangeAhead } from './ranges-ahead.js';
import type { DerivedRange, RowsChange } from './read-model.js';
import { EXAMPLES } from './row-differences.js';
import { rebuiltRows } from './table-changes.js';

/**
 * What a thread has derived, with those persons derived again of whom something was committed meanwhile. All of it is
 * derived again where the thread could not, or where something is parked or held: that is rare.
 */
export async function rangeOf(context: ProjectorContext, range: RangeAhead): Promise<DerivedRange> {
  const derived = await range.answer;
  if (derived === undefined) return deriveRange(context, range);
  const again = touchedIn(range, derived);
  if (again.size === 0) return derived;
  const { parked, unparked, held } = derived;
  if (parked.length + unparked.length + held.length > 0) return deriveRange(context, range);
  return withAgain(derived, again, await derivedAgain(context, again));
}

/** Customers of a range who, or one of whose other identities, were touched. */
function touchedIn({ after, upTo, touched }: RangeAhead, { members }: DerivedRange): ReadonlySet<number> {
  const found = new Set([...touched].filter((number) => number > after && number <= upTo));
  for (const [survivor, numbers] of members)
    if (numbers.some((number) => touched.has(number))) found.add(survivor);
  return found;
}

/** The rows of these customers; of those that are no persons of their own any more, that they have none. */
async function derivedAgain(context: ProjectorContext, numbers: ReadonlySet<number>): Promise<DerivedRange> {
  const read: ReadPerson[] = [];
  const gone: RowsChange[] = [];
  for (const number of numbers) {
    const { timelines } = await context.stored.scan(number - 1, 1, { upTo: number });
    const found = await personsMet(context, timelines);
    read.push(...found);
    if (found.length > 0) continue;
    for (const { tenant, customer: survivor } of timelines)
      for (const table of context.buildingTables) gone.push(rebuiltRows(table, { tenant, survivor }, []));
  }
  // Of these the next generation may have rows.
  const built = await buildRows(context, { read, customers: 0 }, new ComparedRows(context));
  return { ...built, rows: [...gone, ...built.rows] };
}

/** Rows of persons that were derived again replace those that the thread has derived. */
function withAgain(derived: DerivedRange, numbers: ReadonlySet<number>, again: DerivedRange): DerivedRange {
  const counts = [...derived.differences.counts].filter(([person]) => !numbers.has(person));
  const examples = derived.differences.examples.filter(({ person }) => !numbers.has(person));
  const { rows, parked, unparked, held, differences } = again;
  return {
    ...derived,
    ...{ rows: [...derived.rows, ...rows], parked, unparked, held },
    differences: {
      counts: new Map([...counts, ...differences.counts]),
      examples: [...examples, ...differences.examples].slice(0, EXAMPLES),
    },
  };
}
