import { workerData } from 'node:worker_threads';
import { deriveRange, DerivingContext, serveRanges } from '#projector';
import { Transferring } from '#threads';
import { TABLES } from '#views';
import { Database, type PostgresOptions } from '../database.js';
import { RangeRows } from './range-rows.js';
import { KeptLayouts, Reading } from './reading.js';

/** While PostgreSQL answers for one range, another is derived. */
const AT_ONCE = 2;

await serveRanges(
  async () => {
    const database = new Database('views', { ...(workerData as PostgresOptions), connections: AT_ONCE });
    return (range, clock) =>
      database.copyingSnapshot(async (reads) => {
        const stored = new Reading(reads, TABLES, new KeptLayouts());
        const context = new DerivingContext({ stored, clock });
        await context.begin();
        const [generations, tenants] = [await stored.derived(), await stored.tenantNumbers()];
        const rows = new RangeRows(range, { reads, generations, tenants, kept: context.keptTables });
        const derived = await deriveRange(context, range, rows);
        const packedRows = rows.packed();
        const buffers = packedRows.tables.map(({ bytes }) => bytes.buffer);
        return new Transferring({ ...derived, packedRows }, buffers);
      });
  },
  { atOnce: AT_ONCE },
);
