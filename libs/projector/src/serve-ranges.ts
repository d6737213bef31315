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

/**
 * Runs the worker's side of `RangeThreads`: one range at a time, since a connection has one transaction. `niceness`: how
 * much the other threads of the process run first; default that of the projecting thread.
 */
export async function serveRanges(open: () => Promise<DeriveRange>, niceness?: number): Promise<void> {
  lowerThreadPriority(niceness);
  await serveCalls(async () => {
    const derive = await open();
    let turn: Promise<unknown> = Promise.resolve();
    const methods: RangeMethods = {
      derive({ range, now }) {
        const derived = turn.then(() => derive(range, { now: () => now }));
        turn = derived.catch(() => undefined);
        return derived;
      },
    };
    return methods;
  });
}
