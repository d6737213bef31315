import { type Answer, type Argument, type Methods, SupervisedWorker } from '#threads';
import type { SideFiles } from './side-thread.worker.js';

/** Called when the thread has ended and whenever starting it again has failed. */
export type OnTrouble = (what: string, reason: Error) => void;

type AnyMethods = Record<string, (argument: unknown) => unknown>;

/**
 * One thread for the stores beside the events, since each of their writes waits for the disk. When it ends by itself it is
 * started again, with `files` as they are then; meanwhile calls are refused with `thread-lost`.
 */
export class SideThread {
  private constructor(
    private readonly worker: SupervisedWorker<AnyMethods>,
    private open: number,
  ) {}

  /** Throws StoreFault when one of the files cannot be opened; then none is left open. */
  static async start(files: SideFiles, onTrouble: OnTrouble): Promise<SideThread> {
    const worker = await SupervisedWorker.start<AnyMethods>({
      name: 'side thread',
      file: new URL('./side-thread.worker.js', import.meta.url),
      data: files,
      onTrouble,
    });
    return new SideThread(worker, Object.keys(files).length);
  }

  call(method: string, argument: unknown): Promise<unknown> {
    return this.worker.call(method, argument);
  }

  /** Closes a store's file; the thread ends with the last of its stores. */
  async close(store: keyof SideFiles): Promise<void> {
    try {
      // A thread that has ended has no file open.
      if (this.worker.isThere) await this.worker.call(`${store}.close`, undefined);
    } finally {
      this.open--;
      if (this.open === 0) await this.worker.stop();
    }
  }
}

/** Calls to one store of the side thread. */
export class StoreCalls<M extends Methods> {
  constructor(
    private readonly thread: SideThread,
    private readonly store: keyof SideFiles,
  ) {}

  call<K extends keyof M & string>(method: K, argument: Argument<M, K>): Promise<Answer<M, K>> {
    return this.thread.call(`${this.store}.${method}`, argument) as Promise<Answer<M, K>>;
  }

  close(): Promise<void> {
    return this.thread.close(this.store);
  }
}
