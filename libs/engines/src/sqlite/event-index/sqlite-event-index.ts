import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Position } from '#event-sourcing';
import {
  EventIndex,
  EventIndexReader,
  type IndexAnswer,
  type IndexedEvent,
  type PlacedEvent,
  type IndexQuestion,
} from '#event-store';
import { FolderLock } from '../folder-lock.js';
import { EventIndexTables } from './event-index-tables.js';

/** Where an index is kept: in event-index.sqlite of this folder; undefined: in a temporary file. */
export interface EventIndexOptions {
  readonly folder: string | undefined;
}

/** An event index in a file, for the one thread that fills it: every call blocks that thread while SQLite works. */
export class SqliteEventIndex extends EventIndex {
  private constructor(
    private readonly tables: EventIndexTables,
    private readonly lock: FolderLock | undefined,
  ) {
    super();
  }

  /** Throws StoreFault: `store-locked` where another process has the folder's index open, `store-not-writable`. */
  static open({ folder }: EventIndexOptions): SqliteEventIndex {
    if (folder === undefined) return new SqliteEventIndex(EventIndexTables.openToFill(undefined), undefined);
    const lock = new FolderLock('store', join(folder, 'event-index.lock'), folder);
    try {
      return new SqliteEventIndex(EventIndexTables.openToFill(join(folder, 'event-index.sqlite')), lock);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  async begin(storeId: string): Promise<Position> {
    return this.tables.begin(storeId);
  }

  async add(events: readonly IndexedEvent[], checkpoint: Position): Promise<void> {
    this.tables.add(events, checkpoint);
  }

  async lookUp(question: IndexQuestion): Promise<IndexAnswer> {
    return this.tables.lookUp(question);
  }

  async entriesAt(positions: readonly Position[]): Promise<readonly (number | undefined)[]> {
    return this.tables.entriesAt(positions);
  }

  async distance(from: Position, to: Position): Promise<number> {
    return this.tables.distance(from, to);
  }

  async positionAt(recordedAt: number): Promise<Position> {
    return this.tables.positionAt(recordedAt);
  }

  async last(): Promise<PlacedEvent | undefined> {
    return this.tables.lastEvent();
  }

  async lastRecordedAt(): Promise<number> {
    return this.tables.lastRecordedAt;
  }

  async head(): Promise<Position> {
    return this.tables.head();
  }

  async close(): Promise<void> {
    this.tables.close();
    this.lock?.release();
  }
}

/** The last event that the index in a folder knows; undefined where there is none. */
export function lastIndexedEvent(folder: string): PlacedEvent | undefined {
  const file = join(folder, 'event-index.sqlite');
  if (!existsSync(file)) return undefined;
  const tables = EventIndexTables.open(file);
  try {
    return tables.lastEvent();
  } finally {
    tables.close();
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
