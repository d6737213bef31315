import { writeSync } from 'node:fs';
import { sayAcknowledged } from './acknowledgement.js';
import { intakeWorkloadOf } from './intake-workload.js';
import { LedgerParts } from './ledger-parts.js';
import { keepTo } from './schedule.js';

// A process that is traced: takes input in by the ways of the server, the very first start included, and says each
// acknowledgement on standard output, one write each.

const STDOUT = 1;
const [folder, seed, count] = process.argv.slice(2) as [string, string, string];
const { requests, schedule } = intakeWorkloadOf(Number(seed), Number(count));

// Small bounds, so that a short run sees the log's checkpoints.
const open = () => LedgerParts.open(folder, { memtableEvents: 256, checkpointBytes: 256 * 1024 });
let parts = await open();

await keepTo(schedule, requests.length, {
  send: async (request) => {
    const answers = await parts.take(requests[request]!);
    writeSync(STDOUT, sayAcknowledged(request, answers));
  },
  reopen: async () => {
    await parts.close();
    parts = await open();
  },
});
process.exit(0);
