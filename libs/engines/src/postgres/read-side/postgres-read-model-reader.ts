import { setTimeout as delay } from 'node:timers/promises';
import { StoreFault } from '#event-sourcing';
import { type DerivedTable, ReadModelReader, type ReadSnapshot, TABLES } from '#views';
import { Database, type PostgresOptions } from '../database.js';
import { KeptLayouts, Reading } from './reading.js';

export interface PostgresReaderOptions extends PostgresOptions {
  /** Default: all that `#views` declares. */
  readonly tables?: readonly DerivedTable[];
  /** Snapshots at one time; more wait. Default 4. */
  readonly snapshots?: number;
  /** How long to wait for the projecting side to make the tables, ms. Default 10,000. */
  readonly waitMillis?: number;
}

/** A server has a hundred by default, for all that use it. */
const MOST_CONNECTIONS = 16;

/** How often to look for tables that are not there yet, ms. */
const LOOK_AGAIN = 100;

/** Reads the views in PostgreSQL beside their one writer, in any thread or process. */
export class PostgresReadModelReader extends ReadModelReader {
  private readonly layouts = new KeptLayouts();

  private constructor(
    private readonly database: Database,
    private readonly tables: readonly DerivedTable[],
  ) {
    super();
  }

  /** Opens the views for reading. Throws StoreFault `views-absent` when nobody makes them in time. */
  static async open(options: PostgresReaderOptions): Promise<PostgresReadModelReader> {
    const { tables = TABLES, snapshots = 4, waitMillis = 10_000, ...place } = options;
    const database = new Database('views', { ...place, connections: Math.min(snapshots, MOST_CONNECTIONS) });
    const deadline = Date.now() + waitMillis;
    try {
      while (!(await isThere(database))) {
        if (Date.now() >= deadline)
          throw new StoreFault(
            'views-absent',
            'there are no views in PostgreSQL: start the projecting side first',
          );
        await delay(LOOK_AGAIN);
      }
      return new PostgresReadModelReader(database, tables);
    } catch (error) {
      await database.close();
      throw error;
    }
  }

  override snapshot<T>(work: (moment: ReadSnapshot) => Promise<T>): Promise<T> {
    return this.database.snapshot((reads) => work(new Moment(reads, this.tables, this.layouts)));
  }

  override close(): Promise<void> {
    return this.database.close();
  }
}

/** Of one moment: what is asked for by several parts of a question is read once. */
class Moment extends Reading {
  private state: ReturnType<Reading['timelineState']> | undefined;

  override timelineState() {
    return (this.state ??= super.timelineState());
  }
}

async function isThere(database: Database): Promise<boolean> {
  const [row] = await database.rows(`SELECT to_regclass('cx.derived') IS NOT NULL`);
  if (row![0] !== true) return false;
  return (await database.rows('SELECT 1 FROM cx.derived LIMIT 1')).length > 0;
}
