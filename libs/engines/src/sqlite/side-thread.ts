import { SupervisedWorker, type Transferred } from '#threads';
import type { SideFiles, SideMethods } from './side-thread.worker.js';

/** Called when the thread has ended and whenever starting it again has failed. */
export type OnTrouble = (what: string, reason: Error) => void;

/** The methods of a table, called in the side thread. */
export type Remote<T> = {
  readonly [K in keyof T as T[K] extends (...args: never) => unknown ? K : never]: T[K] extends (
    ...args: infer A
  ) => infer R
    ? (...args: A) => Promise<Transferred<R>>
    : never;
};

/**
 * One thread for the stores beside the events, since each of their writes waits for the disk. When it ends by itself it is
 * started again, with `files` as they are then; meanwhile calls are refused with `thread-lost`.
 */
export class SideThread {
  private constructor(
    private readonly worker: SupervisedWorker<SideMethods>,
    private open: number,
  ) {}

  /** Throws StoreFault when one of the files cannot be opened; then none is left open. */
  static async start(files: SideFiles, onTrouble: OnTrouble): Promise<SideThread> {
    const worker = await SupervisedWorker.start<SideMethods>({
      name: 'side thread',
      file: new URL('./side-thread.worker.js', import.meta.url),
      data: files,
      onTrouble,
    });
    return new SideThread(worker, Object.keys(files).length);
  }

  /** The methods of a table of a file; arguments and results are cloned. Driver errors are thrown as StoreFault. */
  table<T extends object>(file: keyof SideFiles, table: new (...args: never) => T): Remote<T> {
    const methods = Object.getOwnPropertyNames(table.prototype).map((method) => {
      const call = (...args: unknown[]) =>
        this.worker.call('call', { file, table: table.name, method, args });
      return [method, call] as const;
    });
    return Object.fromEntries(methods) as unknown as Remote<T>;
  }

  /** Closes a file; the thread ends with the last of them. */
  async close(file: keyof SideFiles): Promise<void> {
    try {
      // A thread that has ended has no file open.
      if (this.worker.isThere) await this.worker.call('close', file);
    } finally {
      this.open--;
      if (this.open === 0) await this.worker.stop();
    }
  }
}
