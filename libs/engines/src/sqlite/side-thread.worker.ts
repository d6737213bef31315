// The side thread: reads, writes and syncs keys.sqlite, access.sqlite and operations.sqlite.
import { workerData } from 'node:worker_threads';
import { serveCalls } from '#threads';
import { accessMethods } from './access/access-methods.js';
import { keyMethods, type KeyFile } from './keys/key-methods.js';
import { operationsMethods } from './operations/operations-methods.js';
import { sideMethods } from './side-methods.js';

/** The files to open; those absent are not. */
export interface SideFiles {
  readonly keys?: KeyFile;
  readonly access?: string;
  readonly operations?: string;
}

const { keys, access, operations } = workerData as SideFiles;
await serveCalls(async () => ({
  ...(keys && sideMethods('keys', 'key-store', keys.file, () => keyMethods(keys))),
  ...(access && sideMethods('access', 'access-store', access, () => accessMethods(access))),
  ...(operations &&
    sideMethods('operations', 'operations-store', operations, () => operationsMethods(operations))),
}));
