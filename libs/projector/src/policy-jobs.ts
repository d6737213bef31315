import type { PolicyBook } from '#scoring';
import type { ProjectorContext } from './projector-context.js';
import type { EndedJob, JobRecord, ReadModelChange } from './read-model.js';

/**
 * What follows for tenants whose policies in force may be others than those by which their rows were derived: a job
 * each, which derives all rows of the tenant again. A tenant without rows needs none.
 */
export async function policyJobs(
  context: ProjectorContext,
  books: ReadonlyMap<string, PolicyBook>,
): Promise<Pick<ReadModelChange, 'jobs' | 'endedJobs' | 'stamps'>> {
  const stamps: { tenant: string; stamp: string }[] = [];
  for (const [tenant, book] of books) {
    const { stamp } = context.policies.contextOf(book, undefined);
    if (context.stamps.get(tenant) !== stamp) stamps.push({ tenant, stamp });
  }
  // A tenant without a stamp has no rows yet.
  const changed = stamps.filter(({ tenant }) => (context.stamps.get(tenant) ?? null) !== null);
  if (changed.length === 0) return { stamps };
  const { jobs: running } = context;
  const jobs: JobRecord[] = [];
  const endedJobs: EndedJob[] = [];
  for (const { tenant } of changed) {
    for (const job of running)
      if (job.kind === 'policies' && job.tenant === tenant) endedJobs.push(context.ended(job, 'superseded'));
    const facts = (await context.stored.tenant(tenant))?.facts ?? 0;
    jobs.push(newJob(context, context.nextJobId(), 'policies', tenant, facts));
    context.log('info', 'policies have changed: the rows of the tenant are derived again', { tenant });
  }
  return { stamps, jobs, endedJobs };
}

/** The same for all tenants, since policies come into force by the passing of time, too. Answers when (ms) that is next. */
export async function reviewPolicies(context: ProjectorContext): Promise<number | undefined> {
  const books = new Map<string, PolicyBook>();
  let next: number | undefined;
  for (const tenant of context.stamps.keys()) {
    const book = await context.policies.bookOf(tenant);
    books.set(tenant, book);
    const change = book.nextChangeAfter(context.clock.now());
    if (change !== undefined && (next === undefined || change < next)) next = change;
  }
  const jobs = await policyJobs(context, books);
  if (jobs.stamps!.length > 0) await context.commit(jobs);
  return next;
}

/** A job at its beginning. */
export function newJob(
  context: ProjectorContext,
  id: number,
  kind: JobRecord['kind'],
  tenant: string | null,
  facts: number,
): JobRecord {
  return {
    id,
    kind,
    tables: context.tables.map(({ name }) => name),
    tenant,
    startedAt: context.now(),
    after: 0,
    customersDone: 0,
    customersTotal: context.progress.customers,
    factsDone: 0,
    factsTotal: facts,
    differing: 0,
    examples: [],
  };
}
