import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { indexFault } from './faults.js';
import type { FilingNews, FilingOrder } from './filing-messages.js';
import { mergeRuns, runsToMerge } from './run-merge.js';
import { RunSet } from './run-set.js';
import { RunWriter } from './run-writer.js';
import { SECTIONS, sortEntries } from './run-entries.js';
import { faultMessage } from './faults.js';

// The filing thread: sorts the index's generations into runs, and merges runs when there are many. A generation that
// arrives during a merge is written in one of its pauses.

const { folder, storeId } = workerData as { folder: string; storeId: string };
const port = parentPort!;
const say = (news: FilingNews) => port.postMessage(news);
const runs = new RunSet(folder);
let merging = false;

function file({ entries, ...range }: FilingOrder): void {
  const writer = new RunWriter(folder, { ...range, storeId, synced: false });
  try {
    for (const [number, name] of SECTIONS.entries()) writer.add(number, sortEntries(entries[name]));
    writer.finish();
  } catch (error) {
    writer.abandon();
    throw error;
  }
}

/** Merges until nothing is left to merge. A failure (no room) leaves the runs as they are, for the next time. */
async function merge(): Promise<void> {
  if (merging) return;
  merging = true;
  try {
    for (;;) {
      runs.refresh();
      const merged = runsToMerge(runs.runs);
      if (merged.length === 0) break;
      await mergeRuns(folder, merged, () => setImmediate());
      for (const { name } of merged) rmSync(join(folder, name), { force: true });
      say({ kind: 'merged' });
    }
  } catch {
    // More runs to look through is all that comes of it.
  } finally {
    merging = false;
  }
}

port.on('message', (order: FilingOrder) => {
  try {
    file(order);
    say({ kind: 'filed' });
    void merge();
  } catch (error) {
    say({ kind: 'failed', fault: faultMessage(indexFault(error, folder)) });
  }
});
void merge();
