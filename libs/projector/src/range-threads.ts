import { availableParallelism } from 'node:os';
import { SupervisedWorker } from '#threads';
import { type CustomerRange, type DerivedRange, RangeDeriver } from './read-model.js';
import type { RangeMethods } from './serve-ranges.js';

/** More threads than this derive faster than the projecting thread writes: they would only take memory. */
const THREADS_AT_MOST = 4;

/** Young generation of a thread: what the process has by default takes 70 MiB more of each, and derives no faster. */
const YOUNG_MEGABYTES = 24;

/** How long threads are kept after a job, ms: they have compiled what they run, which takes a second of processor each. */
const KEPT_MILLIS = 60_000;

/** The engine's compiled file, which calls `serveRanges`, and what it is given as `workerData`. */
export interface RangeWorker {
  readonly file: URL;
  readonly data: unknown;
}

/** Derives ranges of customers for a rebuild in threads that read the read model on connections of their own. */
export class RangeThreads extends RangeDeriver {
  private workers: (Promise<SupervisedWorker<RangeMethods>> | undefined)[] = [];
  private requests = 0;
  private resting: NodeJS.Timeout | undefined;

  /** `threads`: by default one for each processor, beside the projecting thread, which only writes then. */
  constructor(
    private readonly source: RangeWorker,
    override readonly threads = Math.min(availableParallelism(), THREADS_AT_MOST),
  ) {
    super();
  }

  override async derive(range: CustomerRange, now: number): Promise<DerivedRange> {
    clearTimeout(this.resting);
    const worker = await this.worker(this.requests++ % this.threads);
    return worker.call('derive', { range, now });
  }

  override rest(): void {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => void this.close(), KEPT_MILLIS).unref();
  }

  override async close(): Promise<void> {
    clearTimeout(this.resting);
    const ended = this.workers.map(async (worker) => (await worker)?.stop());
    this.workers = [];
    // A worker that could not be started has already reported it to the caller of `derive`.
    await Promise.allSettled(ended);
  }

  private worker(number: number): Promise<SupervisedWorker<RangeMethods>> {
    return (this.workers[number] ??= SupervisedWorker.start<RangeMethods>({
      name: `rebuilding thread ${number + 1}`,
      ...this.source,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
      // The projecting thread derives the ranges that a thread could not.
      onTrouble: () => undefined,
    }).catch((error: unknown) => {
      this.workers[number] = undefined;
      throw error;
    }));
  }
}
