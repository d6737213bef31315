import { join } from 'node:path';
import { workerData } from 'node:worker_threads';
import type { Position } from '#event-sourcing';
import type { IndexedEvent, IndexQuestion } from '#event-store';
import { serveCalls } from '#threads';
import { FolderLock } from '../folder-lock.js';
import { EventIndexTables } from './event-index-tables.js';

/** What the thread answers. */
export type EventIndexMethods = Awaited<ReturnType<typeof open>>;

async function open() {
  const { folder } = workerData as { readonly folder: string | undefined };
  const lock =
    folder === undefined ? undefined : new FolderLock('store', join(folder, 'event-index.lock'), folder);
  const tables = EventIndexTables.openToFill(folder && join(folder, 'event-index.sqlite'));
  return {
    begin: (storeId: string) => tables.begin(storeId),
    add: ({ events, checkpoint }: { events: readonly IndexedEvent[]; checkpoint: Position }) =>
      tables.add(events, checkpoint),
    lookUp: (question: IndexQuestion) => tables.lookUp(question),
    entriesAt: (positions: readonly Position[]) => tables.entriesAt(positions),
    distance: ({ from, to }: { from: Position; to: Position }) => tables.distance(from, to),
    positionAt: (recordedAt: number) => tables.positionAt(recordedAt),
    lastRecordedAt: (_: undefined) => tables.lastRecordedAt,
    head: (_: undefined) => tables.head(),
    close: (_: undefined) => {
      tables.close();
      lock?.release();
    },
  };
}

await serveCalls(open);
