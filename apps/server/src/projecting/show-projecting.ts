import { Injectable } from '@nestjs/common';
import type { Answer, Item } from '#api';
import type { JobStatus, ProjectorStatus } from '#projector';
import { VIEWS } from '#views';
import { ProjectingThread } from './projecting-thread.js';

/** What is shown of the projecting: all of it, what a tenant may know of it, or its jobs. */
const SHOWN = { projections: projectionsOf, freshness: freshnessOf, jobs: jobsOf };

/** Asks for the state of the projecting. `projections` and `jobs` have figures of all tenants: for the operator. */
@Injectable()
export class ShowProjecting {
  constructor(private readonly projecting: ProjectingThread) {}

  async execute(what: keyof typeof SHOWN) {
    return SHOWN[what](await this.projecting.status());
  }
}

function projectionsOf(status: ProjectorStatus): Answer<'projections'> {
  const { phase, eventsPerSecond, counts, complete, failure, parkedCount, mended } = status;
  const partitions = status.partitions?.map((one) => ({ ...one, position: String(one.position) }));
  const customerViews = { position: String(status.checkpoint), ...status.timelines };
  const rest = {
    ...{ eventsPerSecond, counts, complete, parked: parkedCount, mended, failure },
    ...(partitions && { partitions }),
  };
  return { items: viewsOf(status), next: null, phase, head: String(status.head), customerViews, ...rest };
}

function freshnessOf(status: ProjectorStatus): Answer<'freshness'> {
  const items = viewsOf(status).map(({ name, version, secondsBehind, rebuild }) => ({
    ...{ name, version, secondsBehind },
    rebuild: rebuild === null ? null : { secondsLeft: rebuild.secondsLeft },
  }));
  return { items, next: null, phase: status.phase };
}

function jobsOf({ jobs, endedJobs }: ProjectorStatus): Answer<'jobs'> {
  return { items: [...jobs.map(runningJob), ...endedJobs.map(endedJob)], next: null };
}

/** Each view, in the order in which views are shown. */
function viewsOf(status: ProjectorStatus): readonly Item<'projections'>[] {
  const { eventsBehind, secondsBehind } = status;
  const common = { position: String(status.position), eventsBehind, secondsBehind };
  return VIEWS.map(({ name, version, tables }) => {
    const job = status.jobs.find((one) => tables.some((table) => one.tables.includes(table.name)));
    return {
      name,
      version,
      ...common,
      rebuild: job === undefined ? null : { job: job.id, ...progressOf(job) },
    };
  });
}

function runningJob(job: JobStatus): Item<'jobs'> {
  const { id, kind, tables, tenant, examples } = job;
  return { id, kind, status: 'running', tables, tenant, ...progressOf(job), examples };
}

function endedJob({ endedAt, outcome, ...job }: ProjectorStatus['endedJobs'][number]): Item<'jobs'> {
  const { id, kind, tables, tenant, examples } = job;
  return { id, kind, status: outcome, tables, tenant, ...progressOf(job), endedAt, examples };
}

function progressOf(job: JobStatus) {
  const { startedAt, customersDone, customersTotal, differing, secondsLeft } = job;
  const eventsPerSecond = job.factsPerSecond;
  const events = { eventsDone: job.factsDone, eventsTotal: job.factsTotal, eventsPerSecond };
  return { startedAt, customersDone, customersTotal, ...events, secondsLeft, differing };
}
