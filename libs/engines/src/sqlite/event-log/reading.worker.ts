// The reading thread: answers questions about the log and its index while the writing thread syncs.
import { join } from 'node:path';
import { workerData } from 'node:worker_threads';
import type { StoredEvent } from '#event-store';
import { serveCalls, Transferring } from '#threads';
import { IndexReader } from './index-reader.js';
import { LogReader } from './log-reader.js';
import { SegmentSet } from './segment-set.js';
import { packEvents } from './stored-events.js';

/** A page of the whole log. Positions are numbers here: those of the embedded store fit. */
export interface PageQuestion {
  readonly after: number;
  readonly limit: number;
  readonly types: readonly string[] | undefined;
}

export interface StreamQuestion {
  readonly stream: string;
  readonly from: number;
  readonly limit: number;
}

export type ReadingMethods = ReturnType<typeof methodsOf>;

function methodsOf(log: LogReader, segments: SegmentSet) {
  const index = new IndexReader(log, segments);
  return {
    all: ({ after, limit, types }: PageQuestion) => {
      const { events, scannedTo, atEnd } = index.readAll(after, limit, types);
      const packed = packEvents(events);
      return new Transferring({ events: packed, scannedTo, atEnd }, [packed.buffer]);
    },
    stream: ({ stream, from, limit }: StreamQuestion) => packed(index.readStream(stream, from, limit)),
    event: (position: number) => {
      const block = log.blockAt(position);
      return packed(block === undefined ? [] : [block.stored(position - block.first)]);
    },
    find: (id: Uint32Array) => index.find(id),
    count: (stream: string) => index.count(stream),
    positionAt: (recordedAt: number) => log.positionAt(recordedAt),
    lastRecordedAt: (_: undefined) => log.lastRecordedAt(),
    close: (_: undefined) => {
      segments.close();
      log.close();
    },
  };
}

function packed(events: readonly StoredEvent[]) {
  const message = packEvents(events);
  return new Transferring(message, [message.buffer]);
}

const { folder } = workerData as { folder: string };
await serveCalls(async () =>
  methodsOf(new LogReader(join(folder, 'log.sqlite')), new SegmentSet(join(folder, 'index'))),
);
