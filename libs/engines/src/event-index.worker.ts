import { workerData } from 'node:worker_threads';
import { serveCalls } from '#threads';
import { fillIndex, type FilledIndexData } from './eventstoredb/filled-index.js';
import { SqliteEventIndex } from './sqlite/event-index/sqlite-event-index.js';

// The thread of an EventStoreDB's index: it follows the store with a client of its own, writes what it reads into SQLite
// and answers questions, so that neither costs the thread that appends.
const { folder, ...data } = workerData as FilledIndexData;
await serveCalls((notify) => fillIndex(data, SqliteEventIndex.open({ folder }), notify));
