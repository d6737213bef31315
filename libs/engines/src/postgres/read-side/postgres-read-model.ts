import { availableParallelism } from 'node:os';
import { LedgerError } from '#event-sourcing';
import { RangeThreads, ReadModel, type ReadModelChange } from '#projector';
import { type DerivedTable, isBuiltIn, TABLES } from '#views';
import { Database, type PostgresOptions, type Statement } from '../database.js';
import { migrate } from '../migrate.js';
import { plannedViews, publishing } from '../reporting/reporting-sql.js';
import { advancing, changing, tenantsIn } from './change-sql.js';
import { checkTable, GENERATIONS, Generations, KEYED } from './generations.js';
import { KeptLayouts } from './reading.js';
import { rowWrites } from './row-changes.js';
import { firstTables, tableSwitch } from './table-switch.js';
import { PostgresSpreadWriting } from './postgres-spread-writing.js';
import { WriterReading } from './writer-reading.js';

export interface PostgresReadModelOptions extends PostgresOptions {
  /** Default: all that `#views` declares. */
  readonly tables?: readonly DerivedTable[];
  /**
   * Threads that derive rebuilds beside the projecting one; 0: none. Default: one for each processor but one, 4 at most.
   * Where the server is on the same machine its COPY needs the other one.
   */
  readonly threads?: number;
}

/** Everything but the derived tables and the progress. */
const EMPTYING: Statement = {
  text: `TRUNCATE cx.tenant, cx.customer, cx.chunk, cx.layout, cx.link, cx.policy, cx.parked, cx.job, cx.partition,
    cx.partition_tenant`,
};

function defaultThreads(): number {
  return Math.max(1, Math.min(availableParallelism() - 1, 4));
}

/** Whoever changes tables outside of a commit waits for commits, and for the others who do. */
const WAITING: Statement = { text: 'SELECT FROM cx.progress FOR UPDATE' };

/**
 * The read model in PostgreSQL: one writer, fenced by the number of commits, or several, fenced by partition and customer;
 * any number of readers beside them.
 */
export class PostgresReadModel extends ReadModel {
  override readonly stored: WriterReading;
  override readonly spreading: PostgresSpreadWriting;
  override readonly rangeDeriver: RangeThreads | undefined;
  override readonly commitsElsewhere = true;
  /** As they were when the tenants were read. */
  private generations: Generations | undefined;
  /** Tenants that are stored, with their numbers. */
  private readonly tenants = new Map<string, number>();
  /** Generations of rows that have their key. */
  private readonly keys = new Set<string>();

  private constructor(
    private readonly database: Database,
    private readonly tables: readonly DerivedTable[],
    { threads = defaultThreads(), ...place }: Omit<PostgresReadModelOptions, 'tables'>,
  ) {
    super();
    this.stored = new WriterReading(database, tables, new KeptLayouts());
    this.spreading = new PostgresSpreadWriting(database);
    const worker = { file: new URL('./range-threads.worker.js', import.meta.url), data: place };
    // Threads know the program's own tables.
    this.rangeDeriver =
      threads === 0 || !tables.every(isBuiltIn) ? undefined : new RangeThreads(worker, threads);
  }

  /** Opens the views, in a database that is made ready where it is new. Throws StoreFault. */
  static async open({ tables = TABLES, ...options }: PostgresReadModelOptions): Promise<PostgresReadModel> {
    tables.forEach(checkTable);
    await migrate('views', options);
    const database = new Database('views', options);
    try {
      const readModel = new PostgresReadModel(database, tables, options);
      await readModel.prepare();
      return readModel;
    } catch (error) {
      await database.close();
      throw error;
    }
  }

  override commit(change: ReadModelChange): Promise<void> {
    const done = this.committed(change);
    this.stored.begin(change, done);
    return done;
  }

  private async committed(change: ReadModelChange): Promise<void> {
    try {
      await (change.reset === true ? this.emptied(change) : this.changed(change));
    } catch (error) {
      // Whether the change was committed is not known where the connection was lost.
      this.forget();
      throw error;
    }
  }

  override async close(): Promise<void> {
    await this.rangeDeriver?.close();
    await this.database.close();
  }

  private async changed(change: ReadModelChange): Promise<void> {
    const generations = await this.known();
    const tables = tableSwitch(change, this.tables, generations);
    const isUnknown = ({ tenant }: { readonly tenant: string }) => !this.tenants.has(tenant);
    // Another of several projectors may have met a tenant first.
    if (change.spread !== undefined && (change.rows ?? []).some(isUnknown)) await this.learnTenants();
    const newTenants = [...tenantsIn(change)].filter((name) => !this.tenants.has(name));
    const rows = rowWrites(change, tables.during, this.tenants, this.keys);
    const before = [advancing(change), ...changing(change, newTenants), ...tables.before, ...rows.before];
    const switches = tables.before.length + tables.after.length > 0;
    const isLong = switches || rows.keyed.length > 0;
    const finished = (change.finished ?? []).length > 0;
    const after = [
      ...rows.after,
      ...tables.after,
      ...(finished ? publishing(plannedViews(tables.afterwards)) : []),
    ];
    await this.allOf(tables.ahead);
    if (rows.copied.length === 0) await this.database.write([...before, ...after], isLong);
    else await this.database.copy(before, rows.copied, after, isLong);
    for (const table of rows.keyed) this.keys.add(table);
    if (newTenants.length > 0) await this.learnTenants();
    if (!switches) return;
    this.stored.forget();
    if (tables.left.length > 0) await this.dropLeft();
  }

  /** Transactions that may take long, two at a time. What fails is found by the commit that comes after them. */
  private async allOf(transactions: readonly (readonly Statement[])[]): Promise<void> {
    const waiting = [...transactions];
    const work = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
        await this.database.tryWrite(next, true);
    };
    await Promise.all([work(), work()]);
  }

  private async emptied(change: ReadModelChange): Promise<void> {
    const generations = await this.known();
    const generation =
      1 + Math.max(0, ...generations.stored.flatMap((one) => [one.current, one.nextGeneration ?? 0]));
    await this.database.write(
      [
        advancing(change),
        EMPTYING,
        ...(change.spread === undefined ? [] : [{ text: 'SELECT cx.forget_spread()' }]),
        { text: 'DELETE FROM cx.derived' },
        ...firstTables(this.tables, generation),
      ],
      true,
    );
    this.forget();
    await this.publish();
    await this.dropLeft();
  }

  private async known(): Promise<Generations> {
    const generations = await this.stored.derived();
    // Whoever reads again what is stored has found that another projector has changed it.
    if (generations !== this.generations) {
      this.tenants.clear();
      this.keys.clear();
      await this.learnTenants();
      for (const [table] of await this.database.rows(KEYED.text)) this.keys.add(table as string);
      this.generations = generations;
    }
    return generations;
  }

  private forget(): void {
    this.generations = undefined;
    this.stored.forget();
  }

  private async learnTenants(): Promise<void> {
    for (const [name, id] of await this.database.rows('SELECT name, id FROM cx.tenant'))
      this.tenants.set(name as string, id as number);
  }

  /** Makes the first tables where there are none. */
  private async prepare(): Promise<void> {
    const isThere =
      new Generations(this.tables, await this.database.rows(GENERATIONS.text)).stored.length > 0;
    if (!isThere) {
      // Of several processes that begin at one time the first makes them.
      const refuse = { text: 'SELECT cx.refuse_second()' };
      await this.database
        .write([WAITING, refuse, ...firstTables(this.tables)], true)
        .catch((error: unknown) => {
          if (!(error instanceof LedgerError) || error.code !== 'another-writer') throw error;
        });
    }
    await this.publish();
    await this.dropLeft();
  }

  /** Makes those views of cx_v1 again that are defined otherwise than this program does. */
  private async publish(): Promise<void> {
    const [generations, made] = await this.database.read([
      GENERATIONS,
      { text: 'SELECT name, definition FROM cx.reporting_view' },
    ]);
    const known = new Map(made!.map(([name, definition]) => [name, definition]));
    const planned = plannedViews(new Generations(this.tables, generations!));
    const other = planned.filter(({ name, definition }) => known.get(name) !== definition);
    if (other.length > 0) await this.database.write([WAITING, ...publishing(other)], true);
  }

  /** Drops sets of rows that no table names; where a reader is still in one, the next switch does. */
  private async dropLeft(): Promise<void> {
    await this.database.tryWrite([{ text: 'SELECT cx.drop_left()' }]);
  }
}
