import { writeSync } from 'node:fs';
import { EmbeddedEventStore } from '#engines/sqlite';
import { sayAcknowledged } from './acknowledgement.js';
import { keepTo } from './schedule.js';
import { workloadOf } from './workload.js';

// A process that is traced: appends events to the store in a folder and says each acknowledgement on standard
// output, one write each, so that the trace tells whether it came before a cut.

const STDOUT = 1;
const [folder, seed, count] = process.argv.slice(2) as [string, string, string];
const { requests, schedule } = workloadOf(Number(seed), Number(count));

// Small bounds, so that a short run sees the index's files written and merged, and the log's checkpoints.
const open = () => EmbeddedEventStore.open({ folder, memtableEvents: 256, checkpointBytes: 512 * 1024 });
let store = await open();

await keepTo(schedule, requests.length, {
  send: async (request) => {
    const outcomes = await store.append({ events: requests[request]! });
    writeSync(STDOUT, sayAcknowledged(request, outcomes));
  },
  reopen: async () => {
    await store.close();
    store = await open();
  },
});
process.exit(0);
