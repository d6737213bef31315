import { reasonOf } from './incoming.js';
import type { ProjectorStatus } from './projector-status.js';
import type { Setting } from './setting.js';

/** First pause after a failure, ms; each further one is twice as long. */
const FIRST_PAUSE = 100;

/** The failure that is being retried, and how long to wait before the next attempt. */
export class Failure {
  private state: ProjectorStatus['failure'] = null;

  constructor(private readonly setting: Setting) {}

  get current(): ProjectorStatus['failure'] {
    return this.state;
  }

  /** Remembers and logs a failed attempt; answers the pause before the next one, ms. */
  note(error: unknown): number {
    const attempts = (this.state?.attempts ?? 0) + 1;
    const since = this.state?.since ?? this.setting.now();
    this.state = { message: reasonOf(error), attempts, since };
    const pause = Math.min(FIRST_PAUSE * 2 ** Math.min(attempts - 1, 20), this.setting.limits.retryMillis);
    this.setting.log('error', 'projecting failed and is tried again', {
      reason: reasonOf(error),
      attempts,
      pause,
    });
    return pause;
  }

  clear(): void {
    if (this.state === null) return;
    this.setting.log('info', 'projecting goes on', { attempts: this.state.attempts });
    this.state = null;
  }
}
