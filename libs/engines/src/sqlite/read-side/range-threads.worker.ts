import { workerData } from 'node:worker_threads';
import { type CustomerRange, type DerivedRange, deriveRange, DerivingContext } from '#projector';
import { lowerThreadPriority, serveCalls } from '#threads';
import { TABLES } from '#views';
import { ReadingConnection } from './reading-connection.js';
import { packRows } from './row-writer.js';

/** What the thread answers. */
export type RangeMethods = Awaited<ReturnType<typeof open>>;

interface RangeRequest {
  readonly range: CustomerRange;
  /** The clock, ms. */
  readonly now: number;
}

async function open() {
  const { file } = workerData as { readonly file: string };
  const views = new ReadingConnection(file, TABLES);
  // One range at a time: a connection has one transaction.
  let turn: Promise<unknown> = Promise.resolve();
  return {
    derive(request: RangeRequest): Promise<DerivedRange> {
      const derived = turn.then(() => derive(views, request));
      turn = derived.catch(() => undefined);
      return derived;
    },
  };
}

async function derive(views: ReadingConnection, { range, now }: RangeRequest): Promise<DerivedRange> {
  return views.hold(async (reading) => {
    const context = new DerivingContext({ stored: reading, clock: { now: () => now } });
    await context.begin();
    const { rows, ...derived } = await deriveRange(context, range);
    return { ...derived, rows: [], packedRows: packRows(rows, reading) };
  });
}

// More than the projecting thread's: what that one writes is what the others wait for.
lowerThreadPriority(10);
await serveCalls(open);
