import { Backoff, WakeSignal } from '#threads';
import type { MessagingLog } from './kafka-client.js';

const IDLE_MILLIS = 1_000;
const FIRST_RETRY_MILLIS = 200;
const LONGEST_RETRY_MILLIS = 5_000;

/** Repeats a step: at once while there is more to do, else when woken or every second; after a failure with back-off. */
export class RelayLoop {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private readonly wakeSignal = new WakeSignal();
  private readonly backoff = new Backoff(FIRST_RETRY_MILLIS, LONGEST_RETRY_MILLIS);
  private lastFault: string | undefined;

  constructor(
    private readonly name: string,
    /** True when there may be more to do. */
    private readonly step: () => Promise<boolean>,
    private readonly log: MessagingLog,
  ) {}

  /** Why the last step failed; undefined when it succeeded. */
  get fault(): string | undefined {
    return this.lastFault;
  }

  /** Starts in the background. */
  start(): void {
    this.running ??= this.run();
  }

  /** Runs the next step now. */
  wake(): void {
    this.wakeSignal.wake();
  }

  /** Stops after the step in progress. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        const more = await this.step();
        if (this.lastFault !== undefined) this.log.info(`${this.name}: works again`);
        this.lastFault = undefined;
        this.backoff.reset();
        if (!more) await this.wakeSignal.wait(IDLE_MILLIS, signal);
      } catch (error) {
        if (this.lastFault === undefined)
          this.log.warn(`${this.name} failed; retrying`, { reason: (error as Error).message });
        this.lastFault = (error as Error).message;
        await this.wakeSignal.pause(this.backoff.next(), signal);
      }
    }
  }
}
