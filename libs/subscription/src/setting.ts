import { formatTime, type Clock, type ReadModel, type ReadModelTransaction } from '#event-sourcing';
import { type EventReader } from '#event-store';
import { factsStamp, JOURNEY, type TouchpointRegistry } from '#journey';
import { Folding } from './folding.js';
import type { AnyProjection, ProjectorLimits, ProjectorLog, ProjectorParts } from './projector-parts.js';
import { TenantContexts } from './tenant-contexts.js';

const DEFAULTS: ProjectorLimits = {
  pageEvents: 2_000,
  bulkPageEvents: 10_000,
  bulkBacklog: 50_000,
  foldEvents: 5_000,
  chunkCustomers: 200,
  snapshotEvents: 1_000,
  gatherMillis: 10,
  retryMillis: 10_000,
};

/** Everything the steps of projecting work with. */
export class Setting {
  readonly events: EventReader;
  readonly readModel: ReadModel;
  readonly projections: readonly AnyProjection[];
  readonly contexts: TenantContexts;
  readonly clock: Clock;
  readonly registry: TouchpointRegistry;
  readonly factsStamp: string;
  readonly limits: ProjectorLimits;
  readonly log: ProjectorLog;

  constructor(parts: ProjectorParts) {
    this.events = parts.events;
    this.readModel = parts.readModel;
    this.projections = parts.projections;
    this.contexts = new TenantContexts(parts.policyBook, parts.clock);
    this.clock = parts.clock;
    this.registry = parts.registry ?? JOURNEY;
    this.factsStamp = factsStamp(this.registry);
    this.limits = { ...DEFAULTS, ...parts.limits };
    this.log = parts.log ?? (() => undefined);
  }

  /** Now, as RFC 3339. */
  now(): string {
    return formatTime(this.clock.now());
  }

  /** A transaction with contexts of its own time; one that fails leaves nothing remembered. */
  async transaction<T>(work: (transaction: ReadModelTransaction) => Promise<T>): Promise<T> {
    this.contexts.refresh();
    try {
      return await this.readModel.transaction(work);
    } catch (error) {
      this.contexts.forget();
      throw error;
    }
  }

  async folding(transaction: ReadModelTransaction): Promise<Folding> {
    const { recorded } = await transaction.progress();
    const { projections, contexts, registry } = this;
    const parts = { projections, contexts, registry, snapshotEvents: this.limits.snapshotEvents };
    return new Folding(transaction, parts, recorded, this.now());
  }
}
