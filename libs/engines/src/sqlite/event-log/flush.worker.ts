// The flush thread: writes the index's memtables as sorted segments, and merges segments when there are many. A memtable
// that arrives during a merge is written in one of the merge's pauses.
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { workerData } from 'node:worker_threads';
import { type Notify, serveCalls } from '#threads';
import { guarded } from '../sqlite-fault.js';
import { type Entries, SECTIONS, sortEntries } from './index-entries.js';
import { mergeSegments, segmentsToMerge } from './segment-merge.js';
import { removeFile, SegmentSet } from './segment-set.js';
import { SegmentWriter } from './segment-writer.js';

/** A memtable to be written as a segment: the entries of the events behind `from`, up to and with `to`. */
export interface FlushOrder {
  readonly from: number;
  readonly to: number;
  /** Id of the event at `to`, hexadecimal. */
  readonly eventId: string;
  readonly entries: Entries;
}

export type FlushMethods = ReturnType<typeof methodsOf>;

const { folder, storeId } = workerData as { folder: string; storeId: string };
const segments = new SegmentSet(folder);
let merging = false;

/** Notices say that a merge has left fewer segments. */
function methodsOf(notify: Notify) {
  void merge(notify);
  return {
    flush: (order: FlushOrder) => {
      guarded('store', folder, () => flush(order));
      void merge(notify);
    },
  };
}

function flush({ entries, ...range }: FlushOrder): void {
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
async function merge(notify: Notify): Promise<void> {
  if (merging) return;
  merging = true;
  try {
    for (;;) {
      segments.refresh();
      const merged = segmentsToMerge(segments.all);
      if (merged.length === 0) break;
      await mergeSegments(folder, merged, () => setImmediate());
      for (const { name } of merged) removeFile(join(folder, name));
      notify('merged');
    }
  } catch {
    // Look-ups go through more segments until a merge works.
  } finally {
    merging = false;
  }
}

await serveCalls(async (notify) => methodsOf(notify));
