import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StoreFault } from '#event-sourcing';
import {
  type AggregateQuery,
  type CustomerRecord,
  type DerivedTable,
  type ListQuery,
  ReadModelReader,
  TABLES,
} from '#views';
import type { Reading } from './reading.js';
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

/** The reads of a reader, each answered at once from whatever `read` reads. */
abstract class Reader extends ReadModelReader {
  protected abstract read<T>(work: (reading: Reading) => T): T;

  override async checkpoint() {
    return this.read((reading) => reading.progress().checkpoint);
  }

  override async layouts() {
    return this.read((reading) => reading.layouts());
  }

  override async tenant(name: string) {
    return this.read((reading) => reading.tenant(name));
  }

  override async people(tenant: string, customers: readonly string[]) {
    return this.read((reading) => reading.people(tenant, customers));
  }

  override async timelines(customers: readonly CustomerRecord[]) {
    return this.read((reading) => reading.timelines(customers));
  }

  override async fingerprints(customers: readonly CustomerRecord[]) {
    return this.read((reading) => reading.fingerprints(customers));
  }

  override async scan(tenant: string, after: number, facts: number) {
    return this.read((reading) => reading.scan(tenant, after, facts));
  }

  override async list(table: string, query: ListQuery) {
    return this.read((reading) => reading.list(table, query));
  }

  override async aggregate(table: string, queries: readonly AggregateQuery[]) {
    return this.read((reading) => reading.aggregate(table, queries));
  }
}

/** Reads views.sqlite on connections of its own, beside the one writer, in any thread or process. */
export class SqliteReadModelReader extends Reader {
  private constructor(
    private readonly own: ReadingConnection,
    private readonly pool: SnapshotPool,
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
    const connect = () => new ReadingConnection(file, options.tables ?? TABLES);
    return new SqliteReadModelReader(connect(), new SnapshotPool(connect, options.snapshots ?? 4));
  }

  override async snapshot<T>(work: (reader: ReadModelReader) => Promise<T>): Promise<T> {
    return this.pool.within((reading) => work(new SnapshotReader(reading)));
  }

  async close() {
    await this.pool.close();
    this.own.close();
  }

  protected override read<T>(work: (reading: Reading) => T): T {
    return this.own.moment(work);
  }
}

/** The same reads inside a snapshot: all of one moment. */
class SnapshotReader extends Reader {
  constructor(private readonly reading: Reading) {
    super();
  }

  override async snapshot<T>(work: (reader: ReadModelReader) => Promise<T>): Promise<T> {
    return work(this);
  }

  protected override read<T>(work: (reading: Reading) => T): T {
    return work(this.reading);
  }
}
