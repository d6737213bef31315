import { LedgerError } from '#event-sourcing';
import { booksOf, buildRows, nextPersons } from './derive-range.js';
import { packStep } from './pack.js';
import { newJob } from './policy-jobs.js';
import type { ProjectorContext } from './projector-context.js';
import type { DerivedRange, JobOutcome, JobRecord } from './read-model.js';
import { rangeOf } from './range-again.js';
import { differencesOf, EXAMPLES } from './row-differences.js';
import { TouchedPersons } from './touched-persons.js';

/** Begins to derive all tables anew, beside what readers see. */
export async function beginRebuild(context: ProjectorContext): Promise<JobRecord> {
  const { rebuild: before } = context;
  const id = context.nextJobId();
  const job = newJob(context, id, 'rebuild', null, context.progress.counts.timeline);
  const endedJobs = before === undefined ? [] : [context.ended(before, 'superseded')];
  await context.commit({ jobs: [job], endedJobs, begun: context.tables });
  context.log('info', 'rows of the derived tables are being derived', { tables: job.tables });
  return job;
}

/** One step of a job that is under way. */
export async function jobStep(context: ProjectorContext, job: JobRecord): Promise<void> {
  if (job.kind === 'pack') await packStep(context, job);
  else if (job.kind === 'policies') await policiesStep(context, job);
  else await rebuildStep(context, job);
}

/** One step of a rebuild: a range of customers, of which the rows are written beside those that readers see. */
async function rebuildStep(context: ProjectorContext, job: JobRecord): Promise<void> {
  const { ahead } = context;
  if (!ahead.serves(job, context)) {
    const persons = await nextPersons(context, job.after);
    return commitStep(context, job, { ...(await buildRows(context, persons)), next: persons.next });
  }
  ahead.request(job, context);
  const range = await ahead.first(context.limits.gatherMillis);
  // Nothing yet: events that have come meanwhile are projected first.
  if (range === undefined) return;
  const derived = await rangeOf(context, range);
  // The tables are switched in a commit of its own, without rows: a read model makes their indexes before it.
  const isEnd = range.upTo === range.after && range.upTo >= context.progress.customers;
  await commitStep(context, job, { ...derived, next: isEnd ? null : range.upTo });
  ahead.shift();
}

/** One step of deriving again, in place, what readers see of a tenant. */
async function policiesStep(context: ProjectorContext, job: JobRecord): Promise<void> {
  const { read, customers, next } = await nextPersons(context, job.after, {
    ...(job.tenant !== null && { tenant: job.tenant }),
  });
  const persons = read.map(({ person }) => person);
  const touched = new TouchedPersons(context, await booksOf(context, persons));
  await touched.foldRead(read);
  const { derived } = touched;
  await commitStep(context, job, { ...derived, customers, next, differences: differencesOf(derived.rows) });
}

interface Step extends Omit<DerivedRange, 'members'> {
  /** Number of the last customer; null at the end. */
  readonly next: number | null;
}

async function commitStep(context: ProjectorContext, job: JobRecord, step: Step): Promise<void> {
  const { next, customers, facts, differences, packedRows } = step;
  const examples = differences.examples.map(({ person: _, ...example }) => example);
  const after: JobRecord = {
    ...job,
    after: next ?? job.after,
    customersDone: job.customersDone + customers,
    factsDone: job.factsDone + facts,
    differing: job.differing + [...differences.counts.values()].reduce((sum, count) => sum + count, 0),
    examples: [...job.examples, ...examples].slice(0, EXAMPLES),
  };
  await context.commit({
    ...context.changeOf(step),
    packedRows,
    jobs: [after],
    ...(next === null && endOf(context, after)),
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
  const abandoned = context.buildingTables.map(({ name }) => name);
  await context.commit({ endedJobs: [context.ended(job, outcome)], abandoned });
  context.ahead.end();
}

/** Ends a rebuild that is under way, for a bulk catch-up: its pages keep no rows. */
export async function supersedeRebuild(context: ProjectorContext): Promise<void> {
  if (context.rebuild !== undefined) await endRebuild(context, context.rebuild, 'superseded');
}

/** What ends with the last customers: what was built takes its place, and rows are kept up to the checkpoint. */
function endOf(context: ProjectorContext, job: JobRecord) {
  const endedJobs = [context.ended(job, 'completed')];
  if (job.kind === 'policies') return { jobs: [], endedJobs };
  return {
    progress: { tablesAt: context.progress.checkpoint },
    jobs: [],
    endedJobs,
    finished: context.buildingTables.map(({ name }) => name),
  };
}

function finish(context: ProjectorContext, job: JobRecord): void {
  if (job.kind === 'rebuild') {
    context.persons.clear();
    context.pending = undefined;
    context.ahead.end();
  }
  const { kind, tenant, customersDone, factsDone, differing } = job;
  context.log('info', 'rows of the derived tables are derived', {
    ...{ kind, tenant, customers: customersDone, facts: factsDone, differing },
  });
}
