import { StoreFault } from '#event-sourcing';
import type { Methods } from './serve-calls.js';
import { WorkerThread } from './worker-thread.js';
import type { Answer, Argument, WorkerThreadOptions } from './worker-thread.js';

/** Waits between two attempts to start again, ms: doubled each time, at most the second. */
const FIRST_WAIT = 100;
const LONGEST_WAIT = 10_000;

export interface LastingThreadOptions extends Omit<WorkerThreadOptions, 'onLost'> {
  /** Told of every loss, and of every attempt to start again that failed. Never with what was asked. */
  readonly onTrouble: (what: string, reason: Error) => void;
  /** Told when another worker has taken the lost one's place. */
  readonly onBack?: () => void;
}

/** A worker that is started again when it ends; until then its calls are refused with `thread-lost`. */
export class LastingThread<M extends Methods> {
  private current: WorkerThread<M> | undefined;
  private stopped = false;
  private retry: NodeJS.Timeout | undefined;

  private constructor(private readonly options: LastingThreadOptions) {}

  /** Starts the worker and waits until it is ready. Throws what the first start failed with. */
  static async start<M extends Methods>(options: LastingThreadOptions): Promise<LastingThread<M>> {
    const thread = new LastingThread<M>(options);
    await thread.begin();
    return thread;
  }

  /** Whether a worker is there to answer. */
  get isThere(): boolean {
    return this.current !== undefined;
  }

  /** Calls under way. */
  get pending(): number {
    return this.current?.pending ?? 0;
  }

  /** See `WorkerThread.call`. */
  call<K extends keyof M & string>(
    method: K,
    argument: Argument<M, K>,
    deadlineMillis?: number,
  ): Promise<Answer<M, K>> {
    if (this.current === undefined) {
      return Promise.reject(new StoreFault('thread-lost', `${this.options.name} is starting again`));
    }
    return this.current.call(method, argument, deadlineMillis);
  }

  /** Ends a worker that hangs and starts another. */
  async replace(): Promise<void> {
    const hanging = this.current;
    this.current = undefined;
    await hanging?.stop();
    this.again(new StoreFault('thread-hung', 'it did not answer and was ended'), FIRST_WAIT);
  }

  /** Ends the worker for good. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.retry);
    await this.current?.stop();
    this.current = undefined;
  }

  private async begin(): Promise<void> {
    const thread = await WorkerThread.start<M>({
      ...this.options,
      onLost: (reason) => {
        this.current = undefined;
        this.again(reason, FIRST_WAIT);
      },
    });
    if (this.stopped) return thread.stop();
    this.current = thread;
  }

  private again(reason: Error, wait: number): void {
    if (this.stopped) return;
    this.options.onTrouble(`${this.options.name} ended; it is started again in ${wait} ms`, reason);
    this.retry = setTimeout(() => {
      this.begin().then(
        () => this.options.onBack?.(),
        (error: unknown) => this.again(error as Error, Math.min(wait * 2, LONGEST_WAIT)),
      );
    }, wait);
  }
}
