import { Backoff } from '#threads';
import { reasonOf } from './incoming.js';
import type { ProjectorContext } from './projector-context.js';
import type { RetriedFailure } from './projector-status.js';

/** Logs failed attempts to project, and says how long to wait before the next one. */
export class Retries {
  /** Null when the last attempt succeeded. */
  failure: RetriedFailure | null = null;
  private readonly backoff: Backoff;

  constructor(private readonly context: ProjectorContext) {
    this.backoff = new Backoff(100, context.limits.retryMillis);
  }

  succeeded(): void {
    if (this.failure === null) return;
    this.context.log('info', 'projecting goes on', { attempts: this.failure.attempts });
    this.failure = null;
    this.backoff.reset();
  }

  /** Answers the pause before the next attempt, ms. */
  failed(error: unknown): number {
    const attempts = (this.failure?.attempts ?? 0) + 1;
    const since = this.failure?.since ?? this.context.now();
    const message = reasonOf(error);
    this.failure = { message, attempts, since };
    const pause = this.backoff.next();
    this.context.log('error', 'projecting failed and is tried again', { reason: message, attempts, pause });
    return pause;
  }
}
