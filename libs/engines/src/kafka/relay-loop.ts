import { Backoff, WakeSignal } from '#threads';
import type { MessagingLog } from './kafka-client.js';

const IDLE_MILLIS = 1_000;
const FIRST_RETRY_MILLIS = 200;
/** What was away is to be noticed soon after it is back. */
const LONGEST_RETRY_MILLIS = 2_000;
/** While it gives way, a step is followed by a rest of this many times as long, at most `LONGEST_REST_MILLIS`. */
const REST = 3;
const LONGEST_REST_MILLIS = 10_000;
const LOOK_MILLIS = 20;

/**
 * Repeats a step: at once while there is more to do, else when woken or every second; after a failure with back-off.
 * While the server is busy it takes a quarter of the time at most: sending shares processors with what users wait for.
 */
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
    private readonly isBusy: () => boolean = () => false,
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
        const began = performance.now();
        const more = await this.step();
        const worked = performance.now() - began;
        if (this.lastFault !== undefined) this.log.info(`${this.name}: works again`);
        this.lastFault = undefined;
        this.backoff.reset();
        await this.giveWay(worked);
        if (!more) await this.wakeSignal.wait(IDLE_MILLIS, signal);
      } catch (error) {
        if (this.lastFault === undefined)
          this.log.warn(`${this.name} failed; retrying`, { reason: (error as Error).message });
        this.lastFault = (error as Error).message;
        await this.wakeSignal.pause(this.backoff.next(), signal);
      }
    }
  }

  private async giveWay(worked: number): Promise<void> {
    const { signal } = this.stopping;
    const end = performance.now() + Math.min(REST * worked, LONGEST_REST_MILLIS);
    while (!signal.aborted && this.isBusy() && performance.now() < end)
      await this.wakeSignal.pause(LOOK_MILLIS, signal);
  }
}
