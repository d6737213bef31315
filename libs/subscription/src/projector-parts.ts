import type {
  Clock,
  EventReader,
  Fact,
  LinkRecord,
  PolicyRecord,
  Projection,
  ReadModel,
  RecordedEvent,
  TimelineRow,
} from '#event-sourcing';

/** A projection of any context: the projector only passes on what the policy book gives. */
export type AnyProjection = Projection<never, never>;

/** What the projector asks of the journey. */
export interface Journey {
  /** The fact of an event, upcast; undefined when no fold can use it. Throws when the event cannot be read. */
  factOf(event: RecordedEvent): Fact | undefined;
  packFacts(fact: Fact): string;
  unpackFact(row: TimelineRow): Fact;
  /** The kind of a touchpoint by its name without version; undefined when it is unknown. */
  kindOf(name: string): 'touchpoint' | 'identity' | 'erasure' | 'correction' | 'policy' | undefined;
  /** The newest form of an event, for policies. */
  upcast(event: RecordedEvent): RecordedEvent;
  /** Who is merged into whom, links folded in business order. */
  foldLinks(links: readonly LinkRecord[]): { survivorOf(customer: string): string };
}

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
  /** Longest wait after a failure, ms. Default 10,000. */
  readonly retryMillis: number;
}

export interface ProjectorParts {
  readonly events: EventReader;
  readonly readModel: ReadModel;
  readonly projections: readonly AnyProjection[];
  readonly policyBook: (records: readonly PolicyRecord[]) => PolicyBookLike;
  readonly journey: Journey;
  readonly clock: Clock;
  readonly log?: ProjectorLog;
  readonly limits?: Partial<ProjectorLimits>;
}
