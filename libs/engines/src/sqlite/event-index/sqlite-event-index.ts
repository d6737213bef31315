import { join } from 'node:path';
import type { Position } from '#event-sourcing';
import {
  EventIndex,
  EventIndexReader,
  type IndexAnswer,
  type IndexedEvent,
  type IndexQuestion,
} from '#event-store';
import { WorkerThread } from '#threads';
import { EventIndexTables } from './event-index-tables.js';
import type { EventIndexMethods } from './event-index.worker.js';

/** Where an index is kept: in event-index.sqlite of this folder; undefined: in a temporary file. */
export interface EventIndexOptions {
  readonly folder: string | undefined;
}

/** An event index in a file, kept by a thread of its own. */
export class SqliteEventIndex extends EventIndex {
  private constructor(private readonly thread: WorkerThread<EventIndexMethods>) {
    super();
  }

  /** Throws StoreFault: `store-locked` where another process has the folder's index open, `store-not-writable`. */
  static async open({ folder }: EventIndexOptions): Promise<SqliteEventIndex> {
    const file = new URL('./event-index.worker.js', import.meta.url);
    return new SqliteEventIndex(
      await WorkerThread.start({ name: "the event index's thread", file, data: { folder } }),
    );
  }

  begin(storeId: string): Promise<Position> {
    return this.thread.call('begin', storeId);
  }

  add(events: readonly IndexedEvent[], checkpoint: Position): Promise<void> {
    return this.thread.call('add', { events, checkpoint });
  }

  lookUp(question: IndexQuestion): Promise<IndexAnswer> {
    return this.thread.call('lookUp', question);
  }

  entriesAt(positions: readonly Position[]): Promise<readonly (number | undefined)[]> {
    return this.thread.call('entriesAt', positions);
  }

  distance(from: Position, to: Position): Promise<number> {
    return this.thread.call('distance', { from, to });
  }

  positionAt(recordedAt: number): Promise<Position> {
    return this.thread.call('positionAt', recordedAt);
  }

  lastRecordedAt(): Promise<number> {
    return this.thread.call('lastRecordedAt', undefined);
  }

  head(): Promise<Position> {
    return this.thread.call('head', undefined);
  }

  async close(): Promise<void> {
    await this.thread.call('close', undefined).catch(() => undefined);
    await this.thread.stop();
  }
}

/** Reads an event index that another thread keeps, in the calling thread. */
export class SqliteEventIndexReader extends EventIndexReader {
  private readonly tables: EventIndexTables;

  constructor({ folder }: { readonly folder: string }) {
    super();
    this.tables = EventIndexTables.open(join(folder, 'event-index.sqlite'));
  }

  async distance(from: Position, to: Position): Promise<number> {
    return this.tables.distance(from, to);
  }

  async head(): Promise<Position> {
    return this.tables.head();
  }

  async positionAt(recordedAt: number): Promise<Position> {
    return this.tables.positionAt(recordedAt);
  }

  async close(): Promise<void> {
    this.tables.close();
  }
}
