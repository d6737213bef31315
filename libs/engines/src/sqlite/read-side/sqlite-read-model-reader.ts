import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StoreFault } from '#event-sourcing';
import { type DerivedTable, ReadModelReader, type ReadSnapshot, TABLES } from '#views';
import { ReadingConnection } from './reading-connection.js';
import { SnapshotPool } from './snapshot-pool.js';

export interface SqliteReaderOptions {
  /** The data folder: `views.sqlite` is in it. */
  readonly folder: string;
  /** Default: all that `#views` declares. */
  readonly tables?: readonly DerivedTable[];
  /** Snapshots at one time; more wait. Default 4. */
  readonly snapshots?: number;
  /** How long to wait for the projecting side to make the file, ms. Default 10,000. */
  readonly waitMillis?: number;
}

/** How often to look for a file that is not there yet, ms. */
const LOOK_AGAIN = 25;

/** Reads views.sqlite on connections of its own, beside the one writer, in any thread or process. */
export class SqliteReadModelReader extends ReadModelReader {
  private constructor(private readonly pool: SnapshotPool) {
    super();
  }

  /** Opens the views for reading. Throws StoreFault `views-absent` when nobody makes them in time. */
  static async open(options: SqliteReaderOptions): Promise<SqliteReadModelReader> {
    const file = join(options.folder, 'views.sqlite');
    const deadline = Date.now() + (options.waitMillis ?? 10_000);
    while (!ReadingConnection.isThere(file)) {
      if (Date.now() >= deadline)
        throw new StoreFault('views-absent', `there is no ${file}: start the projecting side first`, {
          file,
        });
      await delay(LOOK_AGAIN);
    }
    const connect = () => new ReadingConnection(file, options.tables ?? TABLES);
    return new SqliteReadModelReader(new SnapshotPool(connect, options.snapshots ?? 4));
  }

  override snapshot<T>(work: (moment: ReadSnapshot) => Promise<T>): Promise<T> {
    return this.pool.within(work);
  }

  override close(): Promise<void> {
    return this.pool.close();
  }
}
