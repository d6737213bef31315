import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { LedgerError } from '#event-sourcing';
import { EventStore } from '#event-store';
import { KafkaStatus } from '../messaging/kafka-status.js';
import { ProjectingThread } from '../projecting/projecting-thread.js';
import { QueryThreads } from '../query/query-threads.js';

export interface Readiness {
  readonly status: 'ready';
  /** What does not work beside the requests: Kafka's brokers are away, say. */
  readonly degraded?: readonly string[];
}

/** Asks every part whether it can do its work. Throws `not-ready` that names those that cannot. */
export class CheckReadiness extends Query<Readiness> {}

@QueryHandler(CheckReadiness)
export class CheckReadinessHandler implements IQueryHandler<CheckReadiness> {
  constructor(
    private readonly store: EventStore,
    private readonly projecting: ProjectingThread,
    private readonly queries: QueryThreads,
    private readonly kafka: KafkaStatus,
  ) {}

  async execute(): Promise<Readiness> {
    const recording = await this.store.head().then(
      () => true,
      () => false,
    );
    const missing = Object.entries({
      recording,
      projecting: this.projecting.isThere,
      querying: this.queries.areThere,
    })
      .flatMap(([part, works]) => (works ? [] : [part]))
      .concat(this.kafka.stalled());
    if (missing.length > 0) throw new LedgerError('not-ready', `not working now: ${missing.join(', ')}`);
    const degraded = this.kafka.degraded();
    return { status: 'ready', ...(degraded.length > 0 && { degraded }) };
  }
}
