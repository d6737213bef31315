import { LedgerError } from '#event-sourcing';
import type { TableRow } from '#views';
import type { JobOutcome } from './job-history.js';
import { packStep } from './pack.js';
import { personOf } from './person.js';
import { newJob } from './policy-jobs.js';
import type { ProjectorContext } from './projector-context.js';
import type { JobRecord, ReadModelChange, RowDifference, RowsChange } from './read-model.js';
import { NO_ROWS, type RowsByKey, sameColumns, storedRows, type StoredRows } from './table-changes.js';
import { type ReadPerson, TouchedPersons } from './touched-persons.js';

/** Differences that a job names. */
const EXAMPLES = 20;

/** Begins to derive all tables anew, beside what readers see. */
export async function beginRebuild(context: ProjectorContext): Promise<JobRecord> {
  const { jobs: running } = context;
  const ended = running.filter(({ kind }) => kind === 'rebuild');
  const id = context.nextJobId();
  const job = newJob(context, id, 'rebuild', null, context.progress.counts.timeline);
  const { commits: _, ...progress } = context.progress;
  const endedJobs = ended.map((one) => one.id);
  await context.commit({ progress, jobs: [job], endedJobs, begun: context.tables });
  context.ended('superseded', ended);
  context.log('info', 'rows of the derived tables are being derived', { tables: job.tables });
  return job;
}

/** One step of the first job there is. False: there is none. */
export async function jobStep(context: ProjectorContext): Promise<boolean> {
  const [job] = context.jobs;
  if (job === undefined) return false;
  if (job.kind === 'pack') await packStep(context, job);
  else await deriveStep(context, job);
  return true;
}

async function deriveStep(context: ProjectorContext, job: JobRecord): Promise<void> {
  const { read, next, customers } = await nextPersons(context, job);
  const tenants = new Set(read.map(({ person }) => person.tenant));
  const books = new Map(
    await Promise.all(
      [...tenants].map(async (tenant) => [tenant, await context.policies.bookOf(tenant)] as const),
    ),
  );
  const touched = new TouchedPersons(context, (tenant) => books.get(tenant)!);
  const before = await rowsBefore(context, job, read);
  if (job.kind === 'rebuild') touched.buildRead(read);
  else await touched.foldRead(read);
  const { rows, parked, unparked, held, facts } = touched.derived;
  for (const one of held) context.directory.hold(one.tenant, one.customer, one.heldAt);
  const after: JobRecord = {
    ...job,
    after: next ?? job.after,
    customersDone: job.customersDone + customers,
    factsDone: job.factsDone + facts,
    ...differences(job, before, rows),
  };
  const { commits: _, ...progress } = context.progress;
  await context.commit({
    progress,
    rows,
    parked,
    unparked,
    held: held.map(({ number, heldAt }) => ({ customer: number, heldAt })),
    jobs: [after],
    ...(next === null && endOf(context, job)),
  });
  if (next === null) finish(context, after);
}

/**
 * Ends a rebuild that is under way; what it has built is dropped. Throws LedgerError `unknown-job`, and `job-needed` for a
 * job without which the views would be wrong.
 */
export async function cancelJob(context: ProjectorContext, id: number): Promise<void> {
  const job = context.jobs.find((one) => one.id === id);
  if (job === undefined) throw new LedgerError('unknown-job', `no job ${id} is running`, { job: id });
  if (job.kind !== 'rebuild') {
    const message = `the job ${id} cannot be cancelled: without it the views would be wrong`;
    throw new LedgerError('job-needed', message, { job: id, kind: job.kind });
  }
  await endRebuild(context, job, 'cancelled');
}

async function endRebuild(context: ProjectorContext, job: JobRecord, outcome: JobOutcome): Promise<void> {
  const { commits: _, ...progress } = context.progress;
  const abandoned = context.buildingTables.map(({ name }) => name);
  await context.commit({ progress, endedJobs: [job.id], abandoned });
  context.ended(outcome, [job]);
}

/** Ends all rebuilds: pages that are read in bulk keep no rows. */
export async function endRebuilds(context: ProjectorContext): Promise<void> {
  for (const job of context.jobs) if (job.kind === 'rebuild') await endRebuild(context, job, 'superseded');
}

interface NextPersons {
  readonly read: readonly ReadPerson[];
  readonly customers: number;
  readonly next: number | null;
}

/** The persons behind a job's cursor, with their timelines; each person comes with its survivor. */
async function nextPersons(context: ProjectorContext, { tenant, after }: JobRecord): Promise<NextPersons> {
  const { stored, limits, directory, progress } = context;
  const { timelines: found, next } = await stored.scan(after, limits.jobFacts, tenant ?? undefined);
  const refs = found.map((one) => ({ tenant: one.tenant, customer: one.customer.name }));
  await directory.load(refs, progress.customers + 1);
  const read: ReadPerson[] = [];
  for (const timeline of found) {
    const record = directory.get(timeline.tenant, timeline.customer.name);
    const person = personOf(timeline.tenant, record, timeline.customer.name);
    if (person.survivor.number !== timeline.customer.number) continue;
    const timelines = person.members.length === 1 ? [timeline] : await stored.timelines(person.members);
    read.push({ person, timelines });
  }
  return { read, customers: found.length, next };
}

/** What readers see of these persons, by table: what a rebuild is compared with. */
async function rowsBefore(
  context: ProjectorContext,
  { kind }: JobRecord,
  read: NextPersons['read'],
): Promise<StoredRows> {
  const persons = read.map(({ person }) => person.survivor.number);
  return storedRows(context, kind === 'rebuild' ? context.keptTables : [], persons);
}

/**
 * Rows that become others for readers: counted, and the first of them named. When a row is to be derived again is not
 * seen by readers. Of a rebuild all stored rows are in `before`; the other jobs change rows in place, and know what was.
 */
function differences(
  job: JobRecord,
  before: StoredRows,
  changes: readonly RowsChange[],
): Pick<JobRecord, 'differing' | 'examples'> {
  const found: RowDifference[] = [];
  for (const change of changes) {
    const stored = job.kind === 'rebuild' ? before.get(change.table) : changedInPlace(change);
    if (stored === undefined) continue;
    const was = stored.get(change.person.number) ?? NO_ROWS;
    const is = new Map(change.put.map(({ row }) => [row.key, row]));
    for (const key of new Set([...was.keys(), ...is.keys()])) {
      if (sameColumns(was.get(key), is.get(key))) continue;
      found.push(differenceOf(change, key, was.get(key), is.get(key)));
    }
  }
  return {
    differing: job.differing + found.length,
    examples: [...job.examples, ...found].slice(0, EXAMPLES),
  };
}

function changedInPlace({ person, put }: RowsChange): ReadonlyMap<number, RowsByKey> {
  const was = put.flatMap(({ row, was: stored }) =>
    stored === undefined ? [] : [[row.key, stored] as const],
  );
  return new Map([[person.number, new Map(was)]]);
}

function differenceOf(
  { tenant, person, table }: RowsChange,
  key: string,
  was: TableRow | undefined,
  is: TableRow | undefined,
): RowDifference {
  return { tenant, customer: person.name, table, key, from: was?.columns ?? null, to: is?.columns ?? null };
}

/** What ends with the last customers: what was built takes its place, and rows are kept up to the checkpoint. */
function endOf(context: ProjectorContext, { id, kind }: JobRecord): Partial<ReadModelChange> {
  const { commits: _, ...progress } = context.progress;
  if (kind === 'policies') return { jobs: [], endedJobs: [id] };
  return {
    progress: { ...progress, tablesAt: progress.checkpoint },
    jobs: [],
    endedJobs: [id],
    finished: context.buildingTables.map(({ name }) => name),
  };
}

function finish(context: ProjectorContext, job: JobRecord): void {
  if (job.kind === 'rebuild') context.persons.clear();
  context.ended('completed', [job]);
  const { kind, tenant, customersDone, factsDone, differing } = job;
  context.log('info', 'rows of the derived tables are derived', {
    ...{ kind, tenant, customers: customersDone, facts: factsDone, differing },
  });
}
