import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import type { RebuildProgress } from '#event-sourcing';
import type { ProjectorStatus } from '#subscription';
import { ProjectingThread } from './projecting-thread.js';

/** How one view stands. */
export interface ProjectionView {
  readonly name: string;
  readonly version: number;
  readonly position: string;
  readonly eventsBehind: number;
  readonly secondsBehind: number;
  readonly rebuild: RebuildProgress | null;
}

/** How the projecting stands as a whole. */
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
      items: status.projections.map(({ name, version, rebuild }) => ({ name, version, ...common, rebuild })),
      next: null,
      ...{ phase, head: status.head.toString(), eventsPerSecond, counts, complete },
      parked: status.parkedCount,
      failure,
    };
  }
}
