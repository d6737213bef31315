import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import type { ProjectorStatus } from '#projector';
import { ProjectingThread } from './projecting-thread.js';
import { type ProjectionView, viewProgress } from './view-progress.js';

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
  /** Customers whose stored views were damaged on the disk and were derived again from the log, since the start. */
  readonly mended: number;
  readonly failure: ProjectorStatus['failure'];
}

/** Asks how far the views of all tenants are: for the operator. */
export class ShowProjections extends Query<ProjectionsView> {}

@QueryHandler(ShowProjections)
export class ShowProjectionsHandler implements IQueryHandler<ShowProjections> {
  constructor(private readonly projecting: ProjectingThread) {}

  async execute(): Promise<ProjectionsView> {
    const status = await this.projecting.status();
    const { phase, eventsPerSecond, counts, complete, mended, failure } = status;
    return {
      items: viewProgress(status),
      next: null,
      ...{ phase, head: status.head.toString(), eventsPerSecond, counts, complete },
      parked: status.parkedCount,
      mended,
      failure,
    };
  }
}
