import { workerData } from 'node:worker_threads';
import type { ApiKeyRecord, ReadingRecord, ReadingsQuery } from '#platform';
import { serveCalls } from '#threads';
import { AccessTables } from './access-tables.js';
import { overTables } from '../table-fault.js';

/** What the access thread answers. */
export type AccessMethods = ReturnType<typeof methodsOf>;

function methodsOf(tables: AccessTables) {
  return {
    find: (id: string) => tables.find(id),
    list: (tenant: string) => tables.list(tenant),
    isEmpty: (_: undefined) => tables.isEmpty(),
    add: (record: ApiKeyRecord) => tables.add(record),
    revoke: ({ tenant, id, at }: { tenant: string; id: string; at: number }) => tables.revoke(tenant, id, at),
    touch: (uses: ReadonlyMap<string, number>) => tables.touch(uses),
    noteReading: (reading: ReadingRecord) => tables.noteReading(reading),
    readings: (about: ReadingsQuery) => tables.readings(about),
    close: (_: undefined) => tables.close(),
  };
}

const { file } = workerData as { readonly file: string };
await serveCalls(async () => overTables(file, () => methodsOf(new AccessTables(file))));
