import { StoreFault } from '#event-sourcing';
import { Backoff } from './backoff.js';
import type { Methods } from './serve-calls.js';
import type { Transferring } from './transferring.js';
import { WorkerThread } from './worker-thread.js';
import type { Answer, Argument, WorkerThreadOptions } from './worker-thread.js';

export interface SupervisedWorkerOptions extends Omit<WorkerThreadOptions, 'onLost'> {
  /** Called after every loss, and after every restart that failed; never with the argument of a call. */
  readonly onTrouble: (what: string, reason: Error) => void;
  /** Called when the restart has worked. */
  readonly onBack?: () => void;
}

/** A worker that is restarted when it ends; meanwhile its calls are refused with `thread-lost`. */
export class SupervisedWorker<M extends Methods> {
  private current: WorkerThread<M> | undefined;
  private stopped = false;
  private retry: NodeJS.Timeout | undefined;
  private readonly backoff = new Backoff();

  private constructor(private readonly options: SupervisedWorkerOptions) {}

  /** Starts the worker and waits until it is ready. Throws what the first start failed with. */
  static async start<M extends Methods>(options: SupervisedWorkerOptions): Promise<SupervisedWorker<M>> {
    const thread = new SupervisedWorker<M>(options);
    await thread.begin();
    return thread;
  }

  /** Whether a worker is running. */
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
    argument: Argument<M, K> | Transferring<Argument<M, K>>,
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
    this.restart(new StoreFault('thread-hung', 'it did not answer and was ended'));
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
        this.restart(reason);
      },
    });
    if (this.stopped) return thread.stop();
    this.current = thread;
  }

  private restart(reason: Error): void {
    if (this.stopped) return;
    const wait = this.backoff.next();
    this.options.onTrouble(`${this.options.name} ended; it is started again in ${wait} ms`, reason);
    this.retry = setTimeout(() => {
      this.begin().then(
        () => {
          this.backoff.reset();
          this.options.onBack?.();
        },
        (error: unknown) => this.restart(error as Error),
      );
    }, wait);
  }
}
