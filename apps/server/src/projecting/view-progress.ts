import type { JobStatus, ProjectorStatus } from '#projector';
import { VIEWS } from '#views';

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

/** How far each view is, in the order in which views are shown. */
export function viewProgress(status: ProjectorStatus): readonly ProjectionView[] {
  const { eventsBehind, secondsBehind } = status;
  const common = { position: status.position.toString(), eventsBehind, secondsBehind };
  return VIEWS.map(({ name, version, tables }) => {
    const job = status.jobs.find((one) => tables.some((table) => one.tables.includes(table.name)));
    return { name, version, ...common, rebuild: job === undefined ? null : progressOf(job) };
  });
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
