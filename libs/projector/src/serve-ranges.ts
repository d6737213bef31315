import type { Clock } from '#event-sourcing';
import { lowerThreadPriority, serveCalls, Transferring } from '#threads';
import type { CustomerRange, DerivedRange } from './read-model.js';

/** Derives one range by a clock; buffers of `packedRows` may go to the other thread without being copied. */
export type DeriveRange = (
  range: CustomerRange,
  clock: Clock,
) => Promise<DerivedRange | Transferring<DerivedRange>>;

interface RangeRequest {
  readonly range: CustomerRange;
  /** The clock, ms. */
  readonly now: number;
}

/** The methods of a worker of `RangeThreads`. */
export interface RangeMethods {
  readonly [method: string]: (argument: never) => unknown;
  derive(request: RangeRequest): Promise<DerivedRange | Transferring<DerivedRange>>;
}

export interface RangesOptions {
  /** How much the other threads of the process run first; default that of the projecting thread. */
  readonly niceness?: number;
  /** Ranges that are read and derived at the same time, each on a connection of its own. Default 1. */
  readonly atOnce?: number;
}

/** Runs the worker's side of `RangeThreads`. */
export async function serveRanges(
  open: () => Promise<DeriveRange>,
  { niceness, atOnce = 1 }: RangesOptions = {},
): Promise<void> {
  lowerThreadPriority(niceness);
  await serveCalls(async () => {
    const derive = await open();
    const turns = Array.from({ length: atOnce }, (): Promise<unknown> => Promise.resolve());
    let requests = 0;
    const methods: RangeMethods = {
      derive({ range, now }) {
        const turn = requests++ % atOnce;
        const derived = turns[turn]!.then(() => derive(range, { now: () => now }));
        turns[turn] = derived.catch(() => undefined);
        return derived;
      },
    };
    return methods;
  });
}
