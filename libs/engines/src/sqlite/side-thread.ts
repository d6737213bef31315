import { type Answer, type Argument, type Methods, WorkerThread } from '#threads';
import type { SideFiles } from './side-thread.worker.js';

/** Calls to one store of the side thread. */
export interface StoreCalls<M extends Methods> {
  call<K extends keyof M & string>(method: K, argument: Argument<M, K>): Promise<Answer<M, K>>;
  /** Closes the store's file; the thread ends with the last of its stores. */
  close(): Promise<void>;
}

type AnyMethods = Record<string, (argument: unknown) => unknown>;

/** One thread for the stores beside the events, since each of their writes waits for the disk. */
export class SideThread {
  private constructor(
    private readonly worker: WorkerThread<AnyMethods>,
    private open: number,
  ) {}

  /** Throws StoreFault when one of the files cannot be opened; then none is left open. */
  static async start(files: SideFiles): Promise<SideThread> {
    const worker = await WorkerThread.start<AnyMethods>({
      name: 'side thread',
      file: new URL('./side-thread.worker.js', import.meta.url),
      data: files,
    });
    return new SideThread(worker, Object.keys(files).length);
  }

  calls<M extends Methods>(store: keyof SideFiles): StoreCalls<M> {
    return {
      call: (method, argument) =>
        this.worker.call(`${store}.${method}`, argument) as Promise<Answer<M, typeof method>>,
      close: () => this.close(store),
    };
  }

  private async close(store: keyof SideFiles): Promise<void> {
    try {
      await this.worker.call(`${store}.close`, undefined);
    } finally {
      this.open--;
      if (this.open === 0) await this.worker.stop();
    }
  }
}
