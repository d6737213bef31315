import { workerData } from 'node:worker_threads';
import { deriveRange, DerivingContext, serveRanges } from '#projector';
import { TABLES } from '#views';
import { ReadingConnection } from './reading-connection.js';

const { file } = workerData as { readonly file: string };

await serveRanges(
  async () => {
    const views = new ReadingConnection(file, TABLES);
    return (range, clock) =>
      views.hold(async (reading) => {
        const context = new DerivingContext({ stored: reading, clock });
        await context.begin();
        return deriveRange(context, range);
      });
    // Behind the projecting thread: all ranges wait for its writes.
  },
  { niceness: 10 },
);
