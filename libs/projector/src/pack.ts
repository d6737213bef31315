import { type Position, START, storedPosition } from '#event-sourcing';
import type { StoredEvent } from '#event-store';
import { type ChunkChange, replaceFacts, type TimelineFact } from '#journey';
import { booksOf } from './derive-range.js';
import { byCustomer, type IncomingFact, readIncoming } from './incoming.js';
import { personOf, type ProjectedPerson } from './person.js';
import { newJob } from './policy-jobs.js';
import type { ProjectorContext } from './projector-context.js';
import type { JobRecord, Progress, ReadModelChange } from './read-model.js';
import { tenantsOf } from './tenants-of.js';
import { TouchedPersons } from './touched-persons.js';

/**
 * Where facts of some touchpoints are others than those that the timelines were packed by, begins to pack their events
 * anew from the log. Until a customer's turn comes its chunks answer as they were packed.
 */
export async function reviewLayout(context: ProjectorContext): Promise<void> {
  const { current } = context.layouts;
  const { jobs, progress } = context;
  const packing = jobs.filter(({ kind }) => kind === 'pack');
  const isPacked = progress.packedBy === null || progress.packedBy === current.stamp;
  if (isPacked ? packing.length === 0 : packing.some(({ layout }) => layout === current.stamp)) return;
  const endedJobs = packing.map((job) => context.ended(job, 'superseded'));
  if (isPacked) return context.commit({ endedJobs });
  const events = await context.events.distance(START, progress.checkpoint);
  const job = { ...newJob(context, context.nextJobId(), 'pack', null, events), layout: current.stamp };
  await context.commit({ endedJobs, jobs: [job] });
  context.log('info', 'facts have changed: their events are packed anew', { types: changedTypes(context) });
}

/** CloudEvents types, in all versions, whose facts are others than those that the timelines were packed by. */
function changedTypes({ layouts, progress, registry }: ProjectorContext): readonly string[] {
  const before = new Map(
    layouts.of(progress.packedBy!).kinds.map((kind) => [kind.name, JSON.stringify(kind)]),
  );
  const changed = layouts.current.kinds.filter((kind) => before.get(kind.name) !== JSON.stringify(kind));
  const names = new Set(changed.map(({ name }) => name));
  return registry.all().flatMap(({ name, type }) => (names.has(name) ? [type] : []));
}

/** One step of packing anew: the next events of the touchpoints that have changed, up to the checkpoint. */
export async function packStep(context: ProjectorContext, job: JobRecord): Promise<void> {
  const { checkpoint } = context.progress;
  const types = changedTypes(context);
  const { events, scannedTo, atEnd } = await nextEvents(context, job, types);
  const isEnd = atEnd || scannedTo >= checkpoint;
  const change = await packed(context, readable(context, events));
  const factsDone = await context.events.distance(START, isEnd ? checkpoint : scannedTo);
  await context.commit({
    ...change,
    progress: { ...change.progress, ...(isEnd && { packedBy: context.layouts.current.stamp }) },
    ...(isEnd
      ? { endedJobs: [context.ended({ ...job, factsDone }, 'completed')] }
      : { jobs: [{ ...job, after: Number(scannedTo), factsDone }] }),
  });
  if (!isEnd) return;
  context.log('info', 'all facts are packed anew', { events: factsDone });
}

async function nextEvents(context: ProjectorContext, { after }: JobRecord, types: readonly string[]) {
  const { checkpoint } = context.progress;
  if (types.length === 0) return { events: [], scannedTo: checkpoint, atEnd: true };
  const from: Position = storedPosition(after);
  const page = await context.events.readAll({ after: from, limit: context.limits.bulkPageEvents, types });
  return { ...page, events: page.events.filter(({ position }) => position <= checkpoint) };
}

/** The facts of those events that can be read and do not wait to be tried again. */
function readable(context: ProjectorContext, events: readonly StoredEvent[]): readonly IncomingFact[] {
  const parked = new Set(context.parked.map(({ position }) => position));
  const waiting = events.filter(({ position }) => !parked.has(position));
  const { facts, unreadable } = readIncoming(waiting, context.registry, context.now());
  for (const { position, reason } of unreadable)
    context.log('warn', 'an event keeps its old facts: it cannot be read', {
      position: String(position),
      reason,
    });
  return facts;
}

/** What changes with these facts: chunks, and the rows of whom they are. */
async function packed(
  context: ProjectorContext,
  facts: readonly IncomingFact[],
): Promise<Omit<ReadModelChange, 'from' | 'progress'> & { readonly progress: Partial<Progress> }> {
  const { directory, stored: state, progress } = context;
  const groups = byCustomer(facts);
  const customers = await directory.load(groups, progress.customers + 1);
  const changes = new Map<number, ChunkChange>();
  const persons = new Map<number, ProjectedPerson>();
  const news: { readonly tenant: string; readonly facts: readonly TimelineFact[] }[] = [];
  for (const { tenant, customer, facts: own } of groups) {
    const person = personOf(tenant, directory.get(tenant, customer), customer);
    const record = person.members.find(({ name }) => name === customer)!;
    context.touch(tenant, [record]);
    const isNew = context.isNew(record.number);
    const stored = isNew ? [] : (await state.timelines([record]))[0]!.chunks;
    const change = replaceFacts(stored, own, context.layouts);
    if (change === undefined) continue;
    changes.set(record.number, change);
    persons.set(person.survivor.number, person);
    context.tails.forget(record.number);
    if (change.added.length > 0) news.push({ tenant, facts: change.added });
  }
  const added = news.reduce((sum, { facts: own }) => sum + own.length, 0);
  const { timeline, ignored } = progress.counts;
  const counts = { ...progress.counts, timeline: timeline + added, ignored: ignored - added };
  return {
    progress: { counts, customers: progress.customers + customers.length },
    customers,
    chunks: [...changes].map(([customer, change]) => ({ customer, change })),
    tenants: tenantsOf(news),
    ...(await derivedAgain(context, [...persons.values()], changes)),
  };
}

async function derivedAgain(
  context: ProjectorContext,
  persons: readonly ProjectedPerson[],
  changes: ReadonlyMap<number, ChunkChange>,
): Promise<Pick<ReadModelChange, 'rows' | 'parked' | 'unparked' | 'held'>> {
  const touched = new TouchedPersons(context, await booksOf(context, persons));
  await touched.foldAgain(persons, changes);
  return context.changeOf(touched.derived);
}
