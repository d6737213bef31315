import { existsSync } from 'node:fs';
import type { DerivedTable } from '#views';
import type { ColumnCache } from './column-cache.js';
import { Connection } from './connection.js';
import { Reading } from './reading.js';
import { LAYOUT, layoutOf } from './schema.js';

/** One read-only connection to the views, with what is read on it. */
export class ReadingConnection {
  readonly reading: Reading;
  private readonly connection: Connection;

  constructor(file: string, tables: readonly DerivedTable[], columns?: ColumnCache) {
    this.connection = new Connection(file, { readOnly: true });
    this.connection.exec('PRAGMA cache_size = -16384');
    this.reading = new Reading(this.connection, tables, columns);
  }

  /** Whether the projecting side has made the file with its tables. */
  static isThere(file: string): boolean {
    if (!existsSync(file)) return false;
    const connection = new Connection(file, { readOnly: true });
    try {
      return layoutOf(connection) === LAYOUT;
    } finally {
      connection.close();
    }
  }

  /** Holds one moment for as long as `work` takes. */
  async hold<T>(work: (reading: Reading) => Promise<T>): Promise<T> {
    this.connection.exec('BEGIN');
    try {
      return await work(this.reading);
    } finally {
      this.connection.rollback();
    }
  }

  close(): void {
    this.connection.close();
  }
}
