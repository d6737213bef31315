import type { Clock, PolicyRecord, Projection, ReadModel } from '#event-sourcing';
import type { EventReader } from '#event-store';
import type { TouchpointRegistry } from '#journey';

/** A projection of any context: the projector only passes on what the policy book gives. */
export type AnyProjection = Projection<never, never>;

/** The policies of a tenant, as the projector needs them. */
export interface PolicyBookLike {
  /** What handlers and views are given; `stamp` changes whenever folded bytes could. */
  viewAt(asOf: number): { readonly stamp: string; readonly asOf: number };
  /** When (ms) the stamp becomes another by the passing of time alone. */
  nextChangeAfter(asOf: number): number | undefined;
}

/** Where the projector says what happened. `fields` never hold personal data. */
export type ProjectorLog = (
  level: 'info' | 'warn' | 'error',
  message: string,
  fields: Readonly<Record<string, unknown>>,
) => void;

export interface ProjectorLimits {
  /** Events in a page when catching up; at least 1, default 2,000. */
  readonly pageEvents: number;
  /** Events in a page of bulk reading. Default 10,000. */
  readonly bulkPageEvents: number;
  /** A backlog of so many events, and of half of what is stored, is taken in bulk: timeline first, then folded. Default 50,000. */
  readonly bulkBacklog: number;
  /** Timeline rows folded between two looks at the log, while rebuilding. Default 20,000. */
  readonly foldEvents: number;
  /** Customers re-scored or swept between two looks at the log. Default 500. */
  readonly chunkCustomers: number;
  /** Events between two snapshots of a customer, in business order. Default 1,000. */
  readonly snapshotEvents: number;
  /** How long `run` lets events gather after it was woken, ms: few large commits cost far less than many small ones. Default 10. */
  readonly gatherMillis: number;
  /** Longest wait after a failure, ms. Default 10,000. */
  readonly retryMillis: number;
}

export interface ProjectorParts {
  readonly events: EventReader;
  readonly readModel: ReadModel;
  readonly projections: readonly AnyProjection[];
  readonly policyBook: (records: readonly PolicyRecord[]) => PolicyBookLike;
  readonly clock: Clock;
  /** The touchpoints that are known. Default: those of the journey. */
  readonly registry?: TouchpointRegistry;
  readonly log?: ProjectorLog;
  readonly limits?: Partial<ProjectorLimits>;
}
