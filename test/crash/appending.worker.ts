import { writeSync } from 'node:fs';
import { EmbeddedEventStore } from '#event-store';
import { sayAcknowledged, workloadOf } from './workload.js';

// The process that is traced: appends a workload to the store in a folder and says each acknowledgement on standard
// output, one write each, so that the trace tells whether it came before a cut.

const STDOUT = 1;
const [folder, seed, count] = process.argv.slice(2) as [string, string, string];
const { requests, atOnce, reopenBefore } = workloadOf(Number(seed), Number(count));

// Small bounds, so that a short run sees the index's files written and merged, and the log's checkpoints.
const open = () => EmbeddedEventStore.open({ folder, generationEvents: 256, checkpointBytes: 512 * 1024 });
let store = await open();
const underWay = new Set<Promise<void>>();

async function send(request: number): Promise<void> {
  const outcomes = await store.append({ events: requests[request]! });
  writeSync(STDOUT, sayAcknowledged(request, outcomes));
}

for (let request = 0; request < requests.length; request++) {
  if (reopenBefore.has(request)) {
    await Promise.all(underWay);
    await store.close();
    store = await open();
  }
  const sent = send(request).finally(() => underWay.delete(sent));
  underWay.add(sent);
  // From one at a time to all at once, so that commits of one request and of many take turns.
  const most = 1 + (Math.floor(request / 40) % atOnce);
  while (underWay.size >= most) await Promise.race(underWay);
}
await Promise.all(underWay);
process.exit(0);
