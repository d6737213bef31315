import { decodeEvent, type ParkedRecord, type Position } from '#event-sourcing';
import type { ProjectorContext } from './projector-context.js';
import type { EndedJob, EventCounts, JobRecord, StoredTable } from './read-model.js';
import type { PartitionStatus } from './spread/spread-writing.js';

/** Parked records shown at most. */
const SHOWN = 100;
/** Events behind which it still counts as live. */
const NEAR = 1_000;

/** A failure that is being tried again. */
export interface RetriedFailure {
  readonly message: string;
  readonly attempts: number;
  /** RFC 3339. */
  readonly since: string;
}

/** A job with how fast it is. */
export interface JobStatus extends JobRecord {
  readonly factsPerSecond: number;
  readonly secondsLeft: number | null;
}

/** The size of a rebuild. */
export interface RebuildEstimate {
  readonly customers: number;
  readonly facts: number;
  /** By the rate of the last rebuild, also of one before a restart; null before the first. */
  readonly seconds: number | null;
}

/** How the projecting stands, for operators and health checks. */
export interface ProjectorStatus {
  /** `live`: a few events behind at most; `catching-up`; `bulk`: timelines first, tables follow; `retrying`: the last attempt failed. */
  readonly phase: 'live' | 'catching-up' | 'bulk' | 'retrying';
  /** All derived tables are up to here, and with them lists, counts and measures. */
  readonly position: Position;
  /** The timelines, and so customers' own views, are up to here: never behind the tables. */
  readonly checkpoint: Position;
  /** Where several servers divide the projecting: who has which partition of `cx.recorded`. */
  readonly partitions?: readonly PartitionStatus[];
  /** Last position of the event store. */
  readonly head: Position;
  /** How far `position` is behind the head. */
  readonly eventsBehind: number;
  readonly secondsBehind: number;
  /** How far `checkpoint` is behind the head. */
  readonly timelines: Behind;
  /** Over the last minute of work. */
  readonly eventsPerSecond: number;
  readonly counts: EventCounts;
  /** Whether the parts of `counts` sum to what was read: nothing has been passed over. */
  readonly complete: boolean;
  readonly tables: readonly StoredTable[];
  readonly jobs: readonly JobStatus[];
  /** Jobs that have ended since the program was started, the latest first. */
  readonly endedJobs: readonly (EndedJob & JobStatus)[];
  readonly parkedCount: number;
  /** The first hundred. */
  readonly parked: readonly ParkedRecord[];
  /** Customers whose stored bytes were damaged and that were derived again from the log, since the start. */
  readonly mended: number;
  /** The last failure that is being tried again; null when all is well. */
  readonly failure: RetriedFailure | null;
}

/** How far something is behind the event store. */
export interface Behind {
  readonly eventsBehind: number;
  /** Age of the oldest event that is not in it yet, by its recording; 0 when none is behind. */
  readonly secondsBehind: number;
}

/** What the projector itself knows. */
interface Running {
  readonly failure: RetriedFailure | null;
  readonly bulk: boolean;
  readonly eventsPerSecond: number;
}

/** The status of one moment of the read model, beside the head of the event store. */
export async function statusOf(
  context: ProjectorContext,
  { failure, bulk, eventsPerSecond }: Running,
): Promise<ProjectorStatus> {
  const { stored, events } = context;
  const { progress, spread, tables, jobs, endedJobs, parked } = await stored.writerState();
  const { checkpoint, tablesAt, counts } = progress;
  const partitions = spread === true ? await context.spreading?.partitions() : undefined;
  const head = await events.head();
  const timelines = await behind(context, checkpoint, head);
  const derived = tablesAt === checkpoint ? timelines : await behind(context, tablesAt, head);
  return {
    phase:
      failure !== null ? 'retrying' : bulk ? 'bulk' : derived.eventsBehind > NEAR ? 'catching-up' : 'live',
    position: tablesAt,
    checkpoint,
    ...(partitions && { partitions }),
    head,
    ...derived,
    timelines,
    eventsPerSecond,
    counts,
    complete:
      counts.read === counts.timeline + counts.duplicates + counts.policies + counts.ignored + counts.parked,
    tables,
    jobs: jobs.map((job) => withRate(job, context.clock.now())),
    mended: context.mended,
    endedJobs: endedJobs.map((job) => withRate(job, Date.parse(job.endedAt))).reverse(),
    parkedCount: parked.length,
    parked: parked.slice(0, SHOWN),
    failure,
  };
}

/** The size of a rebuild, and how long it would take. */
export function estimateOf(context: ProjectorContext): RebuildEstimate {
  const { progress, jobs, endedJobs, clock } = context;
  const { counts, customers } = progress;
  const ended = endedJobs.map((job) => ({ job, until: Date.parse(job.endedAt) }));
  const running = jobs.map((job) => ({ job, until: clock.now() }));
  const last = [...ended, ...running].findLast(({ job }) => job.kind === 'rebuild' && job.factsDone > 0);
  const perSecond = last === undefined ? 0 : withRate(last.job, last.until).factsPerSecond;
  const seconds = perSecond === 0 ? null : Math.ceil(counts.timeline / perSecond);
  return { customers, facts: counts.timeline, seconds };
}

function withRate<Job extends JobRecord>(job: Job, now: number): Job & JobStatus {
  const seconds = Math.max((now - Date.parse(job.startedAt)) / 1000, 0.001);
  const factsPerSecond = Math.round(job.factsDone / seconds);
  const left = Math.max(job.factsTotal - job.factsDone, 0);
  return {
    ...job,
    factsPerSecond,
    secondsLeft: factsPerSecond === 0 ? null : Math.ceil(left / factsPerSecond),
  };
}

async function behind(context: ProjectorContext, position: Position, head: Position): Promise<Behind> {
  const eventsBehind = head > position ? await context.events.distance(position, head) : 0;
  return { eventsBehind, secondsBehind: eventsBehind === 0 ? 0 : await ageOfNext(context, position) };
}

/** Seconds since the first event that is not projected yet was recorded. */
async function ageOfNext({ events, clock }: ProjectorContext, after: Position): Promise<number> {
  const {
    events: [next],
  } = await events.readAll({ after, limit: 1 });
  if (next === undefined) return 0;
  try {
    return Math.max((clock.now() - Date.parse(decodeEvent(next.bytes).recordedAt)) / 1000, 0) || 0;
  } catch {
    return 0;
  }
}
