import { availableParallelism } from 'node:os';
import { type CustomerRange, type DerivedRange, RangeDeriver } from '#projector';
import { SupervisedWorker } from '#threads';
import type { RangeMethods } from './range-threads.worker.js';

/** More threads than this derive faster than the projecting thread writes: they would only take memory. */
const THREADS_AT_MOST = 4;

/** Derives ranges of customers for a rebuild in threads that read views.sqlite on connections of their own. */
export class RangeThreads extends RangeDeriver {
  private workers: (Promise<SupervisedWorker<RangeMethods>> | undefined)[] = [];
  private requests = 0;

  /** `threads`: by default one for each processor, beside the projecting thread, which only writes then. */
  constructor(
    private readonly file: string,
    override readonly threads = Math.min(availableParallelism(), THREADS_AT_MOST),
  ) {
    super();
  }

  override async derive(range: CustomerRange, now: number): Promise<DerivedRange> {
    const worker = await this.worker(this.requests++ % this.threads);
    return worker.call('derive', { range, now });
  }

  override async rest(): Promise<void> {
    const ended = this.workers.map(async (worker) => (await worker)?.stop());
    this.workers = [];
    // One that could not be started has told so to whoever asked for a range.
    await Promise.allSettled(ended);
  }

  private worker(number: number): Promise<SupervisedWorker<RangeMethods>> {
    return (this.workers[number] ??= SupervisedWorker.start<RangeMethods>({
      name: `rebuilding thread ${number + 1}`,
      file: new URL('./range-threads.worker.js', import.meta.url),
      data: { file: this.file },
      // The projecting thread derives what a thread could not.
      onTrouble: () => undefined,
    }).catch((error: unknown) => {
      this.workers[number] = undefined;
      throw error;
    }));
  }
}
