import { setTimeout as pause } from 'node:timers/promises';
import type { Answer } from '#api';
import { Backoff } from '#threads';
import type { Client } from '../server/client.js';
import { Failure } from '../failure.js';
import { RefusedByServer } from '../server/problem-answer.js';

/** An event to be sent: its JSON, and what the caller calls it when its answer comes. */
export interface Outgoing<O> {
  readonly json: string;
  readonly origin: O;
}

/** Bounds of what is in flight at once. */
export interface PublisherOptions {
  readonly batchEvents: number;
  readonly batchBytes: number;
  readonly inFlight: number;
  /** How long one batch is retried when no server answers or it asks to wait, in ms. */
  readonly retryMillis: number;
  /** The events of one `add` are recorded all or none. */
  readonly allOrNone: boolean;
}

export const PUBLISHER_DEFAULTS: PublisherOptions = {
  batchEvents: 500,
  batchBytes: 2 * 1024 * 1024,
  inFlight: 4,
  retryMillis: 60_000,
  allOrNone: false,
};

type Answered<O> = (origin: O, answer: Answer<'Result'>) => void;

/** Events that were added together. */
type Unit<O> = readonly Outgoing<O>[];

/**
 * Sends events in batches, several at a time: the order in which they arrive makes no difference to any view.
 * `add` waits while the most batches are in flight. Sending again is safe, since ids decide.
 */
export class Publisher<O> {
  private batch: Unit<O>[] = [];
  private events = 0;
  private bytes = 0;
  private readonly inFlight = new Set<Promise<void>>();
  private failed: { readonly error: unknown } | undefined;

  constructor(
    private readonly client: Client,
    private readonly answered: Answered<O>,
    private readonly options: PublisherOptions = PUBLISHER_DEFAULTS,
  ) {}

  /** Throws what made an earlier batch fail. */
  async add(unit: Unit<O>): Promise<void> {
    this.batch.push(unit);
    this.events += unit.length;
    for (const { json } of unit) this.bytes += json.length;
    const { batchEvents, batchBytes } = this.options;
    if (this.events >= batchEvents || this.bytes >= batchBytes) await this.flush();
  }

  /** Sends the rest and waits for every answer. */
  async finish(): Promise<void> {
    if (this.batch.length > 0) await this.flush();
    await Promise.all(this.inFlight);
    this.throwIfFailed();
  }

  private async flush(): Promise<void> {
    while (this.inFlight.size >= this.options.inFlight) await Promise.race(this.inFlight);
    this.throwIfFailed();
    const batch = this.batch;
    this.batch = [];
    this.events = this.bytes = 0;
    const sending: Promise<void> = this.send(batch)
      .catch((error: unknown) => void (this.failed ??= { error }))
      .finally(() => this.inFlight.delete(sending));
    this.inFlight.add(sending);
  }

  private throwIfFailed(): void {
    if (this.failed !== undefined) throw this.failed.error;
  }

  private async send(units: readonly Unit<O>[]): Promise<void> {
    const results = this.options.allOrNone ? await this.askAllOrNone(units) : await this.ask(units.flat());
    if (results === undefined) {
      for (const unit of units) await this.send([unit]);
      return;
    }
    for (const [i, { origin }] of units.flat().entries()) this.answered(origin, results[i]!);
  }

  /**
   * One atomic request for many units; undefined when one of them was refused, or when the server's store is not atomic
   * over several customers: then each has to be asked alone.
   */
  private async askAllOrNone(units: readonly Unit<O>[]): Promise<readonly Answer<'Result'>[] | undefined> {
    try {
      return await this.ask(units.flat(), { atomic: true });
    } catch (error) {
      if (!(error instanceof RefusedByServer)) throw error;
      if (error.code === 'atomic-not-supported' && units.length > 1) return undefined;
      if (error.code !== 'none-recorded') throw error;
      return units.length > 1 ? undefined : (error.details as unknown as Answer<'Results'>).results;
    }
  }

  private async ask(
    events: Unit<O>,
    query: { readonly atomic?: true } = {},
  ): Promise<readonly Answer<'Result'>[]> {
    const body = `[${events.map(({ json }) => json).join(',')}]`;
    return (await this.retrying(() => this.client.publish<Answer<'Results'>>(body, query))).results;
  }

  /** Retries when the server asks to wait or does not answer, until `retryMillis` have passed. */
  private async retrying<T>(attempt: () => Promise<T>): Promise<T> {
    const end = performance.now() + this.options.retryMillis;
    for (const backoff = new Backoff(100, 5_000); ;) {
      try {
        return await attempt();
      } catch (error) {
        const wait = waitAfter(error, backoff.next());
        if (wait === undefined || this.failed !== undefined || performance.now() + wait > end) throw error;
        await pause(wait);
      }
    }
  }
}

/** Milliseconds to wait before the next try, at least `growing`; undefined when a retry cannot help. */
function waitAfter(error: unknown, growing: number): number | undefined {
  if (error instanceof RefusedByServer) {
    const busy = error.status === 429 || error.status === 503;
    return busy ? Math.max((error.retryAfterSeconds ?? 0) * 1000, growing) : undefined;
  }
  return error instanceof Failure && error.code === 'no-connection' ? growing : undefined;
}
