import type { MessagingLog } from './kafka-client.js';

const IDLE_MILLIS = 1_000;
const RETRY_MILLIS = [200, 500, 1_000, 2_000, 5_000];

/** Takes one step after the other: at once while there is more, else when woken; after a failure it waits and tries again. */
export class RelayLoop {
  private stopping = false;
  private running: Promise<void> | undefined;
  private wakeUp: () => void = () => undefined;
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
    this.wakeUp();
  }

  /** Ends after the step under way. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.wakeUp();
    await this.running;
  }

  private async run(): Promise<void> {
    for (let failures = 0; !this.stopping;) {
      try {
        const more = await this.step();
        if (this.trouble !== undefined) this.log.info(`${this.name}: sending again`);
        this.trouble = undefined;
        failures = 0;
        if (!more) await this.sleep(IDLE_MILLIS);
      } catch (error) {
        this.trouble = (error as Error).message;
        if (failures === 0) this.log.warn(`${this.name} waits for the brokers`, { reason: this.trouble });
        await this.sleep(RETRY_MILLIS[Math.min(failures, RETRY_MILLIS.length - 1)]!);
        failures += 1;
      }
    }
  }

  private sleep(millis: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, millis);
      this.wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
      if (this.stopping) this.wakeUp();
    });
  }
}
