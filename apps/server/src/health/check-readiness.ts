import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { DEFAULT_TENANT, LedgerError } from '#event-sourcing';
import { EventStore } from '#event-store';
import { KafkaStatus } from '../messaging/kafka-status.js';
import { AccessStore, Settings } from '#platform';
import type { ServerRole } from '#platform';
import { ViewsProgress } from '../projecting/views-progress.js';
import { BEHIND_SECONDS } from '../query/behind-header.js';
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
    private readonly views: ViewsProgress,
    private readonly queries: QueryThreads,
    private readonly kafka: KafkaStatus,
    private readonly access: AccessStore,
    private readonly settings: Settings,
  ) {}

  async execute(): Promise<Readiness> {
    // Keys, access and operations share one thread.
    const access = await faultOf(() => this.access.hasTenant(DEFAULT_TENANT));
    const missing = [
      ...(this.views.works ? [] : [this.has('project') ? 'projecting' : 'views (they cannot be read)']),
      ...(this.queries.areThere ? [] : ['querying']),
      ...(access === undefined ? [] : [`keys and access (${access})`]),
      ...(await this.storeFaults()),
      ...(this.views.trouble === undefined ? [] : [this.views.trouble]),
      ...this.stalled(),
      ...this.kafka.stalled(),
    ];
    if (missing.length > 0) throw new LedgerError('not-ready', `not working now: ${missing.join(', ')}`);
    const degraded = [...this.behind(), ...this.kafka.degraded(), ...(await clockAhead(this.store))];
    return { status: 'ready', ...(degraded.length > 0 && { degraded }) };
  }

  private has(role: ServerRole): boolean {
    return this.settings.roles.includes(role);
  }

  /** Who takes events in must be able to record them; all others read them. */
  private async storeFaults(): Promise<readonly string[]> {
    const takesIn = this.has('ingest');
    const fault = await faultOf(() => (takesIn ? this.store.checkWritable() : this.store.head()));
    return fault === undefined ? [] : [`${takesIn ? 'recording' : 'reading events'} (${fault})`];
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

/** The code of what a part fails with; undefined where it works. */
async function faultOf(work: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return error instanceof LedgerError ? error.code : 'internal';
  }
}

/** How far clocks of one installation may differ, ms. */
const TOLERATED_MILLIS = 300_000;

/** New events get the time of the newest recorded one when the clock is behind it: that is said until it has passed. */
async function clockAhead(store: EventStore): Promise<readonly string[]> {
  const aheadMillis = (await store.lastRecordedAt()) - Date.now();
  if (aheadMillis <= TOLERATED_MILLIS) return [];
  const seconds = Math.round(aheadMillis / 1000);
  return [`recordedAt is ${seconds} s ahead of the clock (see infra/docs/guides/recovery.md)`];
}
