import type { Clock } from '#event-sourcing';
import type { EventReader } from '#event-store';
import type { TouchpointRegistry } from '#journey';
import type { DerivedTable } from '#views';
import type { ReadModel } from './read-model.js';
import type { PartitionFeed } from './spread/partition-feed.js';

/** Where the projector says what happened. `fields` never hold personal data. */
export type ProjectorLog = (
  level: 'info' | 'warn' | 'error',
  message: string,
  fields: Readonly<Record<string, unknown>>,
) => void;

export interface ProjectorLimits {
  /** Events in a page; at least 1, default 2,000. */
  readonly pageEvents: number;
  /** Events in a page of bulk reading; the more, the more rarely a customer's last chunk is written. Default 30,000. */
  readonly bulkPageEvents: number;
  /**
   * A backlog of this many events, if it is half of what is stored or more, is read in bulk: timelines first, then the
   * tables are derived. Default 50,000.
   */
  readonly bulkBacklog: number;
  /**
   * Up to this many events behind, a page's rows are derived in its commit; of more, customers' views come first and rows
   * follow in portions. Default 64.
   */
  readonly oneCommitEvents: number;
  /** Fewest persons whose rows are derived in one portion, between two pages of events. Default 40. */
  readonly portionPersons: number;
  /** Most persons of one portion: they keep events from being read for a tenth of a second at most. Default 400. */
  readonly fullPortionPersons: number;
  /** Facts that a job folds between two looks at the log, and holds in memory with their rows. Default 10,000. */
  readonly jobFacts: number;
  /** A rebuild of this many facts or more is derived by threads, where the read model has them. Default 100,000. */
  readonly threadFacts: number;
  /** Persons whose rows are derived again between two looks at the log since their time has come. Default 500. */
  readonly overduePersons: number;
  /** Weight of the folded states kept in memory: things (issues, contacts, …) in them and 20 for each person. Default 2,000,000. */
  readonly keptWeight: number;
  /** How long `run` lets events gather after it was woken, ms: few large commits cost less than many small ones. Default 10. */
  readonly gatherMillis: number;
  /** Longest wait after a failure, ms: whatever was away is back in use so soon. Default 2,000. */
  readonly retryMillis: number;
  /** How long another projector of the same read model may commit nothing before this one takes over, ms. Default 1,000. */
  readonly takeOverMillis: number;
}

export const DEFAULT_LIMITS: ProjectorLimits = {
  pageEvents: 2_000,
  bulkPageEvents: 30_000,
  bulkBacklog: 50_000,
  oneCommitEvents: 64,
  portionPersons: 40,
  fullPortionPersons: 400,
  jobFacts: 10_000,
  threadFacts: 100_000,
  overduePersons: 500,
  keptWeight: 2_000_000,
  gatherMillis: 10,
  retryMillis: 2_000,
  takeOverMillis: 1_000,
};

export interface ProjectorParts {
  readonly events: EventReader;
  readonly readModel: ReadModel;
  readonly clock: Clock;
  /** Default: all that `#views` declares. */
  readonly tables?: readonly DerivedTable[];
  /** The touchpoints that are known. Default: those of the journey. */
  readonly registry?: TouchpointRegistry;
  readonly log?: ProjectorLog;
  readonly limits?: Partial<ProjectorLimits>;
  /** The partitions of this process, where several divide the projecting. Absent: one projects, from the log. */
  readonly feed?: PartitionFeed;
}
