import { existsSync } from 'node:fs';
import type { ViewDefinition } from '#event-sourcing';
import { Connection } from './connection.js';
import { Directory } from './directory.js';
import { LAYOUT, layoutOf } from './schema.js';
import { ViewsReading } from './views-reading.js';

/** One read-only connection to the views, with what is asked on it. */
export class OpenViews {
  readonly reading: ViewsReading;
  private readonly connection: Connection;

  constructor(file: string, views: readonly ViewDefinition[]) {
    this.connection = new Connection(file, { readOnly: true });
    this.connection.exec('PRAGMA cache_size = -16384');
    const definitions = new Map(views.map((view) => [view.name, view]));
    this.reading = new ViewsReading(this.connection, new Directory(this.connection, false), definitions);
  }

  /** Whether the projecting side has made the file with its tables. */
  static areThere(file: string): boolean {
    if (!existsSync(file)) return false;
    const connection = new Connection(file, { readOnly: true });
    try {
      return layoutOf(connection) === LAYOUT;
    } finally {
      connection.close();
    }
  }

  /** Answers from one moment: a generation that is replaced meanwhile stays to be read. */
  moment<T>(work: () => T): T {
    return this.connection.within('BEGIN', work);
  }

  /** Holds one moment for as long as `work` takes. */
  async hold<T>(work: (reading: ViewsReading) => Promise<T>): Promise<T> {
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
