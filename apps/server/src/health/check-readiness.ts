import { Injectable } from '@nestjs/common';
import { LedgerError } from '#event-sourcing';
import { KafkaStatus } from '../messaging/kafka-status.js';
import { Settings } from '#platform';
import type { ServerRole } from '#platform';
import { ViewsProgress } from '../projecting/views-progress.js';
import { BEHIND_SECONDS } from '../query/behind-header.js';
import { QueryThreads } from '../query/query-threads.js';
import { EngineProbes } from './engine-probes.js';

export interface Readiness {
  readonly status: 'ready';
  /** What does not work beside the requests: Kafka's brokers are away, say. */
  readonly degraded?: readonly string[];
}

/** Asks every part whether it can do its work. Throws `not-ready` that names those that cannot. */
@Injectable()
export class CheckReadiness {
  constructor(
    private readonly engines: EngineProbes,
    private readonly views: ViewsProgress,
    private readonly queries: QueryThreads,
    private readonly kafka: KafkaStatus,
    private readonly settings: Settings,
  ) {}

  async execute(): Promise<Readiness> {
    const engines = await this.engines.ask();
    const missing = [
      ...(this.views.works ? [] : [this.has('project') ? 'projecting' : 'views (they cannot be read)']),
      ...(this.queries.areThere ? [] : ['querying']),
      ...engines.missing,
      ...(this.views.trouble === undefined ? [] : [this.views.trouble]),
      ...this.stalled(),
      ...this.kafka.stalled(),
    ];
    if (missing.length > 0) throw new LedgerError('not-ready', `not working now: ${missing.join(', ')}`);
    const degraded = [...this.behind(), ...this.kafka.degraded(), ...engines.degraded];
    return { status: 'ready', ...(degraded.length > 0 && { degraded }) };
  }

  private has(role: ServerRole): boolean {
    return this.settings.roles.includes(role);
  }

  /** Only the server that keeps the views up to date stops working when they stand still; others answer from them. */
  private stalled(): readonly string[] {
    if (!this.has('project')) return [];
    const seconds = Math.floor(this.views.timelines.lag.secondsStalled);
    return seconds < STALLED_SECONDS ? [] : [`projecting (the views have not moved for ${seconds} s)`];
  }

  private behind(): readonly string[] {
    const { timelines, tables } = this.views;
    const [views, lists] = [timelines, tables].map(({ lag }) => Math.floor(lag.secondsBehind)) as [
      number,
      number,
    ];
    if (views >= BEHIND_SECONDS) return [`the views are ${views} s behind the log`];
    return lists < BEHIND_SECONDS ? [] : [`lists and measures are ${lists} s behind the log`];
  }
}

/** Views that have had something to do for this long, and done nothing, do not work. */
const STALLED_SECONDS = 60;
