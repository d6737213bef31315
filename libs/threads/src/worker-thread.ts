import { type ResourceLimits, Worker } from 'node:worker_threads';
import { LedgerError, StoreFault } from '#event-sourcing';
import { loopTimeout } from './loop-timeout.js';
import { reviveError } from './messages.js';
import type { Report } from './messages.js';
import type { Methods } from './serve-calls.js';
import { partsOf } from './transferring.js';
import type { Transferred, Transferring } from './transferring.js';

/** The argument of a method, and what the promise of a call gives. */
export type Argument<M extends Methods, K extends keyof M> = Parameters<M[K]>[0];
export type Answer<M extends Methods, K extends keyof M> = Transferred<Awaited<ReturnType<M[K]>>>;

export interface WorkerThreadOptions {
  /** Its name in messages: `query thread 1`. */
  readonly name: string;
  /** The worker's compiled file. */
  readonly file: URL;
  /** Given to the worker as `workerData`. */
  readonly data: unknown;
  /** Default: what the process has. */
  readonly resourceLimits?: ResourceLimits;
  /** Called with each notice of the worker. */
  readonly onNotice?: (notice: never) => void;
  /** It ended without having been stopped; the calls under way were refused. */
  readonly onLost?: (reason: Error) => void;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
  readonly stopTimer?: () => void;
}

/** The process's own flags (`--input-type`, …) are for its main script and not passed on. */
const EXEC_ARGV = ['--disable-warning=ExperimentalWarning'];

/** One worker thread and the calls under way in it. Its methods are those that the worker gave to `serveCalls`. */
export class WorkerThread<M extends Methods> {
  private readonly waiting = new Map<number, Waiting>();
  private lastId = 0;
  private ended = false;

  private constructor(
    private readonly worker: Worker,
    private readonly options: WorkerThreadOptions,
  ) {}

  /** Starts the worker and waits until it is ready. Throws what it failed with, once it has ended. */
  static start<M extends Methods>(options: WorkerThreadOptions): Promise<WorkerThread<M>> {
    const { file, name, data, resourceLimits } = options;
    const worker = new Worker(file, {
      workerData: data,
      name,
      execArgv: EXEC_ARGV,
      ...(resourceLimits && { resourceLimits }),
    });
    const thread = new WorkerThread<M>(worker, options);
    return new Promise((resolve, reject) => {
      let lost = reject;
      worker.on('error', (error: Error) => thread.end(error, (reason) => lost(reason)));
      worker.on('exit', () => thread.end(undefined, (reason) => lost(reason)));
      worker.on('message', (report: Report) => {
        if (report.kind === 'ready') {
          lost = (reason) => options.onLost?.(reason);
          resolve(thread);
        } else if (report.kind === 'failed') {
          lost = () => undefined;
          void worker.terminate().finally(() => reject(reviveError(report.error)));
        } else thread.receive(report);
      });
    });
  }

  /** Number of calls without an answer yet. */
  get pending(): number {
    return this.waiting.size;
  }

  /**
   * Calls a method of the worker. Throws what the method threw, `thread-lost` when the worker ends meanwhile, and
   * `deadline-passed` when no answer came within `deadlineMillis` (the worker continues; its answer is dropped).
   */
  call<K extends keyof M & string>(
    method: K,
    argument: Argument<M, K> | Transferring<Argument<M, K>>,
    deadlineMillis?: number,
  ): Promise<Answer<M, K>> {
    if (this.ended) return Promise.reject(this.lostError());
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      const stopTimer =
        deadlineMillis === undefined ? undefined : loopTimeout(deadlineMillis, () => this.giveUp(id));
      this.waiting.set(id, { resolve: resolve as (value: unknown) => void, reject, stopTimer });
      const { value, buffers } = partsOf(argument);
      this.worker.postMessage({ id, method, argument: value }, buffers);
    });
  }

  /** Ends the worker at once. Calls under way are refused; `onLost` is not called. */
  async stop(): Promise<void> {
    this.end(undefined, () => undefined);
    await this.worker.terminate();
  }

  private receive(report: Exclude<Report, { kind: 'ready' | 'failed' }>): void {
    if (report.kind === 'notice') return this.options.onNotice?.(report.notice as never);
    const waiting = this.take(report.id);
    if (report.kind === 'answer') waiting?.resolve(report.value);
    else waiting?.reject(reviveError(report.error));
  }

  private giveUp(id: number): void {
    this.take(id)?.reject(new LedgerError('deadline-passed', `${this.options.name} did not answer in time`));
  }

  private take(id: number): Waiting | undefined {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    waiting?.stopTimer?.();
    return waiting;
  }

  private end(cause: Error | undefined, lost: (reason: Error) => void): void {
    if (this.ended) return;
    this.ended = true;
    for (const id of [...this.waiting.keys()]) this.take(id)?.reject(this.lostError());
    lost(cause ?? this.lostError());
  }

  private lostError(): StoreFault {
    return new StoreFault('thread-lost', `${this.options.name} has ended`);
  }
}
