import type { EventCounts, ParkedRecord, Position, ProjectionRecord, SweepRecord } from '#event-sourcing';

/** How the projecting stands, for operators and health checks. */
export interface ProjectorStatus {
  /** `live`: a few events behind at most; `catching-up`; `bulk`: the timeline is filled first, views follow; `retrying`: the last attempt failed. */
  readonly phase: 'live' | 'catching-up' | 'bulk' | 'retrying';
  /** Every view is folded up to here. */
  readonly position: Position;
  /** The timeline is filled up to here. */
  readonly recorded: Position;
  /** Last position of the event store. */
  readonly head: Position;
  /** Difference of positions: exact where positions are dense. */
  readonly eventsBehind: number;
  /** Age of the oldest event not yet folded, by its recording; 0 when none is behind. */
  readonly secondsBehind: number;
  /** Over the last minute of work. */
  readonly eventsPerSecond: number;
  readonly counts: EventCounts;
  /** Whether the parts of `counts` sum to what was read: nothing has been passed over. */
  readonly complete: boolean;
  readonly projections: readonly ProjectionRecord[];
  readonly parkedCount: number;
  /** The first hundred. */
  readonly parked: readonly ParkedRecord[];
  readonly sweeps: readonly SweepRecord[];
  /** The last failure that is being retried; null when all is well. */
  readonly failure: { readonly message: string; readonly attempts: number; readonly since: string } | null;
}
