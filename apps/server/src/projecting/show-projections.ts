import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import type { JobStatus, ProjectorStatus } from '#projector';
import { VIEWS } from '#views';
import { ProjectingThread } from './projecting-thread.js';

/** How far the deriving of a view's tables has come. */
export interface RebuildProgress {
  readonly startedAt: string;
  readonly customersDone: number;
  readonly customersTotal: number;
  readonly eventsDone: number;
  readonly eventsTotal: number;
  readonly eventsPerSecond: number;
  readonly secondsLeft: number | null;
  /** Rows that differ from those that readers see, so far. */
  readonly differing: number;
}

/** How far one view is. */
export interface ProjectionView {
  readonly name: string;
  readonly version: number;
  readonly position: string;
  readonly eventsBehind: number;
  readonly secondsBehind: number;
  readonly rebuild: RebuildProgress | null;
}

/** How far the projecting is as a whole. */
export interface ProjectionsView {
  readonly items: readonly ProjectionView[];
  readonly next: null;
  readonly phase: ProjectorStatus['phase'];
  readonly head: string;
  readonly eventsPerSecond: number;
  readonly counts: ProjectorStatus['counts'];
  readonly complete: boolean;
  /** Events and views that could not be projected. */
  readonly parked: number;
  readonly failure: ProjectorStatus['failure'];
}

/** Asks how far the views of all tenants are: for the operator. */
export class ShowProjections extends Query<ProjectionsView> {}

@QueryHandler(ShowProjections)
export class ShowProjectionsHandler implements IQueryHandler<ShowProjections> {
  constructor(private readonly projecting: ProjectingThread) {}

  async execute(): Promise<ProjectionsView> {
    const status = await this.projecting.status();
    const { phase, eventsBehind, secondsBehind, eventsPerSecond, counts, complete, failure } = status;
    const common = { position: status.position.toString(), eventsBehind, secondsBehind };
    return {
      items: VIEWS.map(({ name, version, tables }) => {
        const job = status.jobs.find((one) => tables.some((table) => one.tables.includes(table.name)));
        return { name, version, ...common, rebuild: job === undefined ? null : progressOf(job) };
      }),
      next: null,
      ...{ phase, head: status.head.toString(), eventsPerSecond, counts, complete },
      parked: status.parkedCount,
      failure,
    };
  }
}

function progressOf(job: JobStatus): RebuildProgress {
  const { startedAt, customersDone, customersTotal, factsDone, factsTotal, differing } = job;
  return {
    ...{ startedAt, customersDone, customersTotal, differing },
    eventsDone: factsDone,
    eventsTotal: factsTotal,
    eventsPerSecond: job.factsPerSecond,
    secondsLeft: job.secondsLeft,
  };
}
