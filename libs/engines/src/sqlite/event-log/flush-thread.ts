import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { faultMessage, indexFault } from './faults.js';
import type { FlushNews, FlushOrder } from './flush-messages.js';
import { mergeSegments, segmentsToMerge } from './segment-merge.js';
import { SegmentSet } from './segment-set.js';
import { SegmentWriter } from './segment-writer.js';
import { SECTIONS, sortEntries } from './index-entries.js';

// The flush thread: sorts the index's memtables into segments, and merges segments when there are many. A memtable that
// arrives during a merge is written in one of its pauses.

const { folder, storeId } = workerData as { folder: string; storeId: string };
const port = parentPort!;
const say = (news: FlushNews) => port.postMessage(news);
const segments = new SegmentSet(folder);
let merging = false;

function file({ entries, ...range }: FlushOrder): void {
  const writer = new SegmentWriter(folder, { ...range, storeId, synced: false });
  try {
    for (const [number, name] of SECTIONS.entries()) writer.add(number, sortEntries(entries[name]));
    writer.finish();
  } catch (error) {
    writer.abandon();
    throw error;
  }
}

/** Merges until nothing is left to merge. A failure (no room) leaves the segments as they are, for the next time. */
async function merge(): Promise<void> {
  if (merging) return;
  merging = true;
  try {
    for (;;) {
      segments.refresh();
      const merged = segmentsToMerge(segments.all);
      if (merged.length === 0) break;
      await mergeSegments(folder, merged, () => setImmediate());
      for (const { name } of merged) rmSync(join(folder, name), { force: true });
      say({ kind: 'merged' });
    }
  } catch {
    // More segments to look through is all that comes of it.
  } finally {
    merging = false;
  }
}

port.on('message', (order: FlushOrder) => {
  try {
    file(order);
    say({ kind: 'flushed' });
    void merge();
  } catch (error) {
    say({ kind: 'failed', fault: faultMessage(indexFault(error, folder)) });
  }
});
void merge();
