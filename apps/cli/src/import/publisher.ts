import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '../server/client.js';
import { Failure } from '../failure.js';
import { RefusedByServer } from '../server/problem-answer.js';

/** An event on its way: its JSON, and what it is called when it is refused. */
export interface Outgoing<O> {
  readonly json: string;
  readonly origin: O;
}

/** What the server said of one event. */
export interface EventAnswer {
  readonly id: string;
  readonly status: 'recorded' | 'duplicate' | 'rejected';
  readonly position?: string;
  readonly problem?: {
    readonly type?: string;
    readonly detail?: string;
    readonly errors?: readonly { pointer: string; detail: string }[];
  };
}

/** Bounds of what is under way at once. */
export interface PublisherBounds {
  readonly batchEvents: number;
  readonly batchBytes: number;
  readonly inFlight: number;
  /** How long one batch is tried again when nobody answers or the server asks to wait, in ms. */
  readonly patienceMillis: number;
}

export const PUBLISHER_BOUNDS: PublisherBounds = {
  batchEvents: 500,
  batchBytes: 2 * 1024 * 1024,
  inFlight: 4,
  patienceMillis: 60_000,
};

type Answered<O> = (origin: O, answer: EventAnswer) => void;

/**
 * Sends events in batches, a few of them at a time: the order in which they arrive makes no difference to any view.
 * `add` waits while as many are under way as may be. Sending again is safe, since ids decide.
 */
export class Publisher<O> {
  private batch: Outgoing<O>[] = [];
  private bytes = 0;
  private readonly underWay = new Set<Promise<void>>();
  private failed: { readonly error: unknown } | undefined;

  constructor(
    private readonly client: Client,
    private readonly answered: Answered<O>,
    private readonly bounds: PublisherBounds = PUBLISHER_BOUNDS,
  ) {}

  /** Throws what made an earlier batch fail. */
  async add(event: Outgoing<O>): Promise<void> {
    this.batch.push(event);
    this.bytes += event.json.length;
    if (this.batch.length >= this.bounds.batchEvents || this.bytes >= this.bounds.batchBytes)
      await this.flush();
  }

  /** Sends the rest and waits for every answer. */
  async finish(): Promise<void> {
    if (this.batch.length > 0) await this.flush();
    await Promise.all(this.underWay);
    this.throwIfFailed();
  }

  private async flush(): Promise<void> {
    while (this.underWay.size >= this.bounds.inFlight) await Promise.race(this.underWay);
    this.throwIfFailed();
    const batch = this.batch;
    this.batch = [];
    this.bytes = 0;
    const sending: Promise<void> = this.send(batch)
      .catch((error: unknown) => void (this.failed ??= { error }))
      .finally(() => this.underWay.delete(sending));
    this.underWay.add(sending);
  }

  private throwIfFailed(): void {
    if (this.failed !== undefined) throw this.failed.error;
  }

  private async send(batch: readonly Outgoing<O>[]): Promise<void> {
    const body = `[${batch.map(({ json }) => json).join(',')}]`;
    const { results } = await this.patiently(() =>
      this.client.publish<{ results: readonly EventAnswer[] }>(body),
    );
    for (const [i, { origin }] of batch.entries()) this.answered(origin, results[i]!);
  }

  /** Tries again when the server asks to wait or nobody answers, until the patience is at its end. */
  private async patiently<T>(attempt: () => Promise<T>): Promise<T> {
    const end = performance.now() + this.bounds.patienceMillis;
    for (let tries = 0; ; tries++) {
      try {
        return await attempt();
      } catch (error) {
        const wait = waitAfter(error, tries);
        if (wait === undefined || this.failed !== undefined || performance.now() + wait > end) throw error;
        await pause(wait);
      }
    }
  }
}

/** Milliseconds to wait before the next try; undefined when trying again is no use. */
function waitAfter(error: unknown, tries: number): number | undefined {
  const growing = Math.min(5_000, 100 * 2 ** tries);
  if (error instanceof RefusedByServer) {
    const busy = error.status === 429 || error.status === 503;
    return busy ? Math.max((error.retryAfterSeconds ?? 0) * 1000, growing) : undefined;
  }
  return error instanceof Failure && error.code === 'no-connection' ? growing : undefined;
}
