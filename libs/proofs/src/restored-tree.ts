import { parseTime, START, StoreFault } from '#event-sourcing';
import type { EventReader } from '#event-store';
import { readCheckpoint, rootOf } from '#ledger';
import { LogTree } from './log-tree.js';
import type { KeptCheckpoint, TreeStore } from './tree-store.js';

export interface RestoredTreeParts {
  readonly events: EventReader;
  /** Empty. */
  readonly store: TreeStore;
  /** The newest checkpoint that was signed before, and the last one of each day. */
  readonly checkpoint: string;
  readonly checkpoints: readonly KeptCheckpoint[];
  /** When the checkpoint was kept, RFC 3339. */
  readonly takenAt: string;
}

/**
 * Makes the tree of a restored log anew, under the checkpoints that were signed for it before: `verifyLog` then compares
 * the log with them. Throws StoreFault `restore-not-verified` where the log does not give the signed root.
 */
export async function restoreTree(parts: RestoredTreeParts): Promise<void> {
  const { events, store, checkpoint: note, checkpoints, takenAt } = parts;
  const { origin, size, root } = readCheckpoint(note);
  const clock = { now: () => parseTime(takenAt)! };
  await store.begin(origin);
  const empty = { from: 0, progress: { origin, size: 0, position: START }, tiles: [], accesses: [] };
  for (const { day, note: kept } of checkpoints) await store.extend({ ...empty, checkpoint: kept, day });
  const tree = await LogTree.open({ events, store, origin, sign: () => note, clock });
  while (!(await tree.step()));
  const found = tree.size < size ? undefined : await rootOf(size, (level, index) => store.tile(level, index));
  if (found === undefined || Buffer.compare(found, root) !== 0)
    throw new StoreFault(
      'restore-not-verified',
      `the restored log does not give the root that was signed for its first ${size} entries: this is another log, or the backup was changed; use another backup`,
      { entries: tree.size, size },
    );
}
