import { setImmediate } from 'node:timers/promises';
import type { PolicyBook } from '#scoring';
import type { CustomerTimeline, PersonRecord, ScanBounds, ScannedPage } from '#views';
import type { DerivingContext } from './deriving-context.js';
import { personOf, type ProjectedPerson } from './person.js';
import { PersonDeriver } from './person-deriver.js';
import type { CustomerRange, DerivedRange, DerivedRows, Differences, RowsChange } from './read-model.js';
import { differencesOf } from './row-differences.js';
import { rebuiltRows, storedRows } from './table-changes.js';

/** Persons derived before the event loop runs: what was read of another range comes in meanwhile. */
const PERSONS_A_TURN = 32;

/** A person with what was read of it. */
export interface ReadPerson {
  readonly person: ProjectedPerson;
  readonly timelines: readonly CustomerTimeline[];
}

/** Some persons on the way through all of them. */
export interface ReadPersons {
  readonly read: readonly ReadPerson[];
  /** Customers met; each person comes with its survivor. */
  readonly customers: number;
  /** Number of the last one; null at the end. */
  readonly next: number | null;
}

/** Rows that are compared with what is read of the stored ones. */
export class ComparedRows implements DerivedRows {
  readonly rows: RowsChange[] = [];

  constructor(private readonly context: DerivingContext) {}

  add(change: RowsChange): void {
    this.rows.push(change);
  }

  async differences(persons: readonly number[]): Promise<Differences> {
    return differencesOf(this.rows, await storedRows(this.context, this.context.keptTables, persons));
  }
}

/** Derives the rows of a range for a rebuild, from what is stored. */
export async function deriveRange(
  context: DerivingContext,
  { after, upTo }: CustomerRange,
  into?: DerivedRows,
): Promise<DerivedRange> {
  const read: ReadPerson[] = [];
  let customers = 0;
  for (let from: number | null = after; from !== null && from < upTo;) {
    const page = await nextPersons(context, from, { upTo });
    read.push(...page.read);
    customers += page.customers;
    from = page.next;
  }
  return buildRows(context, { read, customers }, into);
}

/** As many customers behind a number, with their timelines, as a job folds at once. */
export async function nextPersons(
  context: DerivingContext,
  after: number,
  bounds: ScanBounds = {},
): Promise<ReadPersons> {
  const { timelines, next } = await context.stored.scan(after, context.limits.jobFacts, bounds);
  return { read: await personsMet(context, timelines), customers: timelines.length, next };
}

/** The persons among customers met; each person comes with its survivor. */
export async function personsMet(
  { stored, directory, progress }: DerivingContext,
  found: ScannedPage['timelines'],
): Promise<readonly ReadPerson[]> {
  const linked = found.filter((one) => one.linked);
  await directory.load(
    linked.map(({ tenant, customer }) => ({ tenant, customer: customer.name })),
    progress.customers + 1,
  );
  const read: ReadPerson[] = [];
  for (const timeline of found) {
    const { tenant, customer } = timeline;
    const record: PersonRecord = timeline.linked
      ? directory.get(tenant, customer.name)
      : { customers: [customer], links: [] };
    const person = personOf(tenant, record, customer.name);
    if (person.survivor.number !== customer.number) continue;
    const timelines = person.members.length === 1 ? [timeline] : await stored.timelines(person.members);
    read.push({ person, timelines });
  }
  return read;
}

/** The rows of persons in the tables that are being built, and how they differ from those that readers see. */
export async function buildRows(
  context: DerivingContext,
  { read, customers }: Pick<ReadPersons, 'read' | 'customers'>,
  into: DerivedRows = context.stored.packing?.(context.keptTables) ?? new ComparedRows(context),
): Promise<DerivedRange> {
  const persons = read.map(({ person }) => person);
  const deriver = new PersonDeriver(context, await booksOf(context, persons));
  for (const [i, { person, timelines }] of read.entries()) {
    if (i % PERSONS_A_TURN === PERSONS_A_TURN - 1) await setImmediate();
    const folded = deriver.fold(person, timelines);
    for (const table of context.buildingTables) {
      const derived = deriver.rowsOf(folded, table, { ahead: folded.ahead });
      if (derived !== undefined) into.add(rebuiltRows(table, person, derived));
    }
  }
  const numbers = persons.map(({ survivor }) => survivor.number);
  const differences = await into.differences(numbers);
  const { parked, unparked, held, facts } = deriver;
  return {
    ...{
      customers,
      facts,
      rows: into.rows,
      packedRows: into.packedRows,
      parked,
      unparked,
      held,
      differences,
    },
    members: new Map(
      persons
        .filter(({ members }) => members.length > 1)
        .map(({ survivor, members }) => [survivor.number, members.map(({ number }) => number)]),
    ),
  };
}

/** The policies of the tenants of persons. */
export async function booksOf(
  { policies }: DerivingContext,
  persons: readonly ProjectedPerson[],
): Promise<(tenant: string) => PolicyBook> {
  const books = new Map<string, PolicyBook>();
  for (const tenant of new Set(persons.map((person) => person.tenant)))
    books.set(tenant, await policies.bookOf(tenant));
  return (tenant) => books.get(tenant)!;
}
