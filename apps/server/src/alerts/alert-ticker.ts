import { formatTime } from '#event-sourcing';
import { RevisionConflict } from '#event-store';
import type { EventStore } from '#event-store';
import type { Intake } from '#intake';
import { latestOf } from '#journey';
import { filterText, type MeasureAnswer } from '#measures';
import type { Tenants } from '#platform';
import { ALERT_SOURCE, alertChanges, MeasureWatch } from '#views';
import type { AlertBook, AlertConditions, AlertEvent, MeasureRule } from '#views';
import type { QueryThreads } from '../query/query-threads.js';
import { AlertBooks } from './alert-books.js';
import { SourceActivity } from './source-activity.js';

export interface AlertTickerParts {
  readonly store: EventStore;
  readonly intake: Intake;
  readonly tenants: Tenants;
  readonly queries: QueryThreads;
  readonly onTrouble: (what: string, reason: Error) => void;
}

const MINUTE = 60_000;
const TENANTS = 1_000;
/** Who records alerts. */
const PUBLISHER = 'alerts';

/**
 * Raises and closes alerts: at every tick it looks for what the rules of each tenant describe, and records what has changed.
 * Each tenant's changes are appended at the revision of its stream up to which its alerts are known, so of several servers
 * that tick at once one writes and the others find it done; the ids of alerts are the same whoever works them out.
 */
export class AlertTicker {
  private readonly books: AlertBooks;
  private readonly sources: SourceActivity;
  /** What each tenant's rules watched at its last tick. */
  private readonly watched = new Map<string, AlertConditions['watched']>();
  private readonly measures = new Map<string, MeasureWatch>();
  private readonly startedAt = Date.now();
  private timer: NodeJS.Timeout | undefined;
  private ticking: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(private readonly parts: AlertTickerParts) {
    this.books = new AlertBooks(parts.store);
    this.sources = new SourceActivity(parts.store);
  }

  start(seconds: number): this {
    const next = () => {
      this.timer = setTimeout(() => {
        this.ticking = this.tick().then(() => {
          if (!this.stopped) next();
        });
      }, seconds * 1_000).unref();
    };
    next();
    return this;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.ticking;
  }

  private async tick(): Promise<void> {
    try {
      await this.readSources();
      for (let after: string | undefined; !this.stopped;) {
        const page = await this.parts.tenants.list(after, TENANTS);
        for (const { tenant } of page) await this.tickOf(tenant);
        after = page.at(-1)?.tenant;
        if (page.length < TENANTS) return;
      }
    } catch (error) {
      this.parts.onTrouble('alerts', error as Error);
    }
  }

  private async readSources(): Promise<void> {
    const minutes = [...this.watched.values()].map(({ longestMinutes }) => longestMinutes);
    const longest = Math.max(0, ...minutes);
    if (longest > 0) await this.sources.read(this.startedAt - longest * MINUTE);
  }

  private async tickOf(tenant: string): Promise<void> {
    if (this.stopped) return;
    try {
      const lastRecorded = this.sources.of(tenant, this.watched.get(tenant)?.sources ?? []);
      const about = { tenant, lastRecorded, watchedSince: this.startedAt };
      const { text } = await this.parts.queries.ask({ kind: 'alert-conditions', about });
      const conditions = JSON.parse(text) as AlertConditions;
      this.watched.set(tenant, conditions.watched);
      const book = await this.books.of(tenant);
      const events = alertChanges(
        book,
        await this.judged(tenant, await this.withoutErased(tenant, conditions)),
      );
      if (events.length > 0) await this.record(book, events);
    } catch (error) {
      // Another server, or somebody who published a policy, was first: the next tick looks again.
      if (!(error instanceof RevisionConflict)) this.parts.onTrouble(`alerts of ${tenant}`, error as Error);
    }
  }

  /** Nobody is to act on a customer who was erased: alerts about such a customer close, and none are raised. */
  private async withoutErased(tenant: string, conditions: AlertConditions): Promise<AlertConditions> {
    const customers = conditions.met.flatMap(({ subject: { customer } }) => customer ?? []);
    const erased = await this.parts.queries.erasedAmong(tenant, customers);
    if (erased.size === 0) return conditions;
    const met = conditions.met.filter(({ subject: { customer = '' } }) => !erased.has(customer));
    return { ...conditions, met };
  }

  /** The conditions with the values of measures that rules are about. */
  private async judged(tenant: string, conditions: AlertConditions): Promise<AlertConditions> {
    if (conditions.unsure || conditions.measures.length === 0) return conditions;
    const now = Date.now();
    const values: { [rule: string]: number | null } = {};
    for (const rule of conditions.measures) values[rule.rule] = await this.valueOf(tenant, rule, now);
    const watch = this.measures.get(tenant) ?? new MeasureWatch();
    this.measures.set(tenant, watch);
    return watch.judge(conditions, values, now);
  }

  /** Null where the measure rests on too little, or cannot be asked about. */
  private async valueOf(tenant: string, past: MeasureRule, now: number): Promise<number | null> {
    const { rule, measure, overMinutes, channel, queue, team, category } = past;
    const filters = Object.entries({ channel, queue, team, category }).flatMap(([name, value]) =>
      value ? [[name, filterText(value)]] : [],
    );
    const period = { from: formatTime(now - (overMinutes ?? 60) * MINUTE), to: formatTime(now) };
    try {
      const about = { tenant, measure, ...period, ...Object.fromEntries(filters) };
      const { text } = await this.parts.queries.ask({ kind: 'measure', about });
      return (JSON.parse(text) as MeasureAnswer).total.value;
    } catch (error) {
      this.parts.onTrouble(`alert rule ${rule} of ${tenant}`, error as Error);
      return null;
    }
  }

  private async record({ tenant, revision }: AlertBook, events: readonly AlertEvent[]): Promise<void> {
    const expected = revision < 0 ? 'no-stream' : revision;
    const time = formatTime(Date.now());
    const inputs = events.map(({ name, id, data }) => {
      return { specversion: '1.0', type: latestOf(name).type, source: ALERT_SOURCE, id, time, data };
    });
    const answers = await this.parts.intake.recordAlerts({ tenant, id: PUBLISHER }, inputs, expected);
    for (const answer of answers) {
      if (answer.status !== 'rejected') continue;
      throw new Error(`${answer.problem.code}: ${answer.problem.detail}`);
    }
  }
}
