import { Backoff, WakeSignal } from '#threads';
import type { MessagingLog } from './kafka-client.js';

const IDLE_MILLIS = 1_000;
const FIRST_RETRY_MILLIS = 200;
const LONGEST_RETRY_MILLIS = 5_000;

/** Takes one step after the other: at once while there is more, else when woken; after a failure it waits and tries again. */
export class RelayLoop {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private readonly wakeSignal = new WakeSignal();
  private readonly backoff = new Backoff(FIRST_RETRY_MILLIS, LONGEST_RETRY_MILLIS);
  private trouble: string | undefined;

  constructor(
    private readonly name: string,
    /** True when there may be more to do. */
    private readonly step: () => Promise<boolean>,
    private readonly log: MessagingLog,
  ) {}

  /** What is in the way now. */
  get fault(): string | undefined {
    return this.trouble;
  }

  /** Begins; answers at once. */
  start(): void {
    this.running ??= this.run();
  }

  /** There may be more to do. */
  wake(): void {
    this.wakeSignal.wake();
  }

  /** Ends after the step under way. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        const more = await this.step();
        if (this.trouble !== undefined) this.log.info(`${this.name}: sending again`);
        this.trouble = undefined;
        this.backoff.reset();
        if (!more) await this.wakeSignal.wait(IDLE_MILLIS, signal);
      } catch (error) {
        if (this.trouble === undefined)
          this.log.warn(`${this.name} waits for the brokers`, { reason: (error as Error).message });
        this.trouble = (error as Error).message;
        await this.wakeSignal.pause(this.backoff.next(), signal);
      }
    }
  }
}
