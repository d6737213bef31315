import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StoreFault } from '#event-sourcing';
import { type DerivedTable, ReadModelReader, type ReadSnapshot, TABLES } from '#views';
import { ColumnCache } from './column-cache.js';
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
  /** Memory for columns that many rows are counted from, MiB; 0: none. Default 256. */
  readonly columnMegabytes?: number;
  /** Questions that count fewer rows are put to SQL. Default 5,000. */
  readonly columnRows?: number;
}

/** How often to look for a file that is not there yet, ms. */
const LOOK_AGAIN = 25;

/** Reads views.sqlite on connections of its own, beside the one writer, in any thread or process. */
export class SqliteReadModelReader extends ReadModelReader {
  private constructor(
    private readonly pool: SnapshotPool,
    private readonly columns: ColumnCache,
  ) {
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
    const { columnMegabytes = 256, columnRows = 5_000 } = options;
    const columns = new ColumnCache(file, { bytes: columnMegabytes * 2 ** 20, rows: columnRows });
    const connect = () => new ReadingConnection(file, options.tables ?? TABLES, columns);
    return new SqliteReadModelReader(new SnapshotPool(connect, options.snapshots ?? 4), columns);
  }

  override snapshot<T>(work: (moment: ReadSnapshot) => Promise<T>): Promise<T> {
    return this.pool.within(work);
  }

  override async close(): Promise<void> {
    await this.pool.close();
    await this.columns.close();
  }

  /** Resolves when the columns that questions have asked for so far are in memory. */
  columnsLoaded(): Promise<void> {
    return this.columns.loaded();
  }
}
