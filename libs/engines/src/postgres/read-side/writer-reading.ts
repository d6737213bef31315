import { LedgerError } from '#event-sourcing';
import type { ReadModelChange, StoredRow } from '#projector';
import type { Chunk } from '#journey';
import type { CustomerRecord, CustomerRef, DerivedTable } from '#views';
import type { Reads, Row, Statement } from '../database.js';
import { CommitUnderWay } from './commit-under-way.js';
import { GENERATIONS } from './generations.js';
import { isNoTable, type KeptLayouts, Reading, rowOf } from './reading.js';

/** Customers with more chunks than this are read when they are asked for. */
const CHUNKS_AHEAD = 8;

/** More of them are met by a job on its way through all, which has their timelines already. */
const CUSTOMERS_AHEAD = 1_000;

/**
 * The numbers of the customers asked for, for the statements behind this one in its transaction: to plan the same join with
 * each table costs more than to read the rows.
 */
const REMEMBER_MET = `SELECT set_config('cx.met', coalesce(array_agg(c.id), '{}')::text, true)
  FROM unnest($1::text[], $2::text[]) u (tenant, name)
  JOIN cx.tenant t ON t.name = u.tenant JOIN cx.customer c ON c.tenant = t.id AND c.name = u.name`;
const MET = "current_setting('cx.met')::bigint[]";

/** Customers with all that a page may want to know of them. */
interface Ahead {
  readonly chunks: ReadonlyMap<number, readonly Chunk[]>;
  readonly tables: ReadonlySet<string>;
  readonly rows: ReadonlyMap<number, readonly StoredRow[]>;
}

/**
 * What the writer reads. Of customers that it has not in memory, it asks for timelines and rows next: both come along with
 * the customers, so that reading a page is one round trip. What came along is forgotten with the next commit. Whatever is
 * read while a commit is under way waits for it, but customers of whom it is not.
 */
export class WriterReading extends Reading {
  private ahead: Ahead | undefined;
  private underWay: CommitUnderWay | undefined;

  constructor(
    private readonly direct: Reads,
    definitions: readonly DerivedTable[],
    kept: KeptLayouts,
  ) {
    const settled = async () => this.underWay?.done;
    super({ read: (statements) => settled().then(() => direct.read(statements)) }, definitions, kept);
  }

  /** A commit has begun. What came along is not what is stored any more. */
  begin(change: ReadModelChange, done: Promise<void>): void {
    this.ahead = undefined;
    const underWay = new CommitUnderWay(change, done);
    this.underWay = underWay;
    void underWay.done.then(() => {
      if (this.underWay === underWay) this.underWay = undefined;
    });
  }

  /** A commit itself asks for it. */
  protected override generationRows(): Promise<readonly Row[]> {
    return this.direct.read([GENERATIONS]).then(([rows]) => rows!);
  }

  override async timelines(customers: readonly CustomerRecord[], part: 'all' | 'last' = 'all') {
    const { ahead } = this;
    if (ahead === undefined || !customers.every(({ number }) => ahead.chunks.has(number)))
      return super.timelines(customers, part);
    return customers.map((customer) => {
      const chunks = ahead.chunks.get(customer.number)!;
      return { customer, chunks: part === 'all' ? chunks : chunks.slice(-1) };
    });
  }

  override async rows(tables: readonly string[], persons: readonly number[]): Promise<readonly StoredRow[]> {
    const { ahead } = this;
    const isThere =
      ahead !== undefined &&
      tables.every((table) => ahead.tables.has(table)) &&
      persons.every((person) => ahead.rows.has(person));
    if (!isThere) return this.ofCurrent(() => super.rows(tables, persons));
    return persons.flatMap((person) => ahead.rows.get(person)!.filter(({ table }) => tables.includes(table)));
  }

  override overdue(tables: readonly string[], asOf: number, limit: number) {
    return this.ofCurrent(() => super.overdue(tables, asOf, limit));
  }

  /** Throws `another-writer` where another of several projectors has replaced the rows of a table. */
  private async ofCurrent<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      if (!isNoTable(error)) throw error;
      this.forget();
      throw new LedgerError('another-writer', 'another projector has replaced the rows of a table');
    }
  }

  protected override async found(
    customers: readonly CustomerRef[],
    people: Statement,
  ): Promise<readonly Row[]> {
    this.ahead = undefined;
    const { underWay } = this;
    if (customers.length > CUSTOMERS_AHEAD) return super.found(customers, people);
    if (underWay?.names(customers) === true) await underWay.done;
    const generations = await this.derived();
    const tables = generations.current;
    const reading = [
      people,
      { text: REMEMBER_MET, values: people.values },
      {
        text: `SELECT customer, number, crc, facts FROM cx.chunk
          WHERE customer = ANY (${MET}) AND number <= ${CHUNKS_AHEAD} ORDER BY customer, number`,
      },
      ...tables.map(({ columns, rows: table }) => ({
        text: `SELECT person, key, due${columns.map((column) => `, "${column}"`).join('')}
          FROM ${table} WHERE person = ANY (${MET})`,
      })),
    ];
    const [rows, , chunks, ...stored] = await this.ofCurrent(() => this.direct.read(reading));
    const ids = rows!.map((row) => row[1] as number);
    if (underWay?.isOf(ids) === true) {
      await underWay.done;
      return this.found(customers, people);
    }
    // Whoever asks for a timeline that is damaged is told so, not whoever asks for its customer.
    const byCustomer = await this.chunksOf(chunks!).catch(() => undefined);
    if (byCustomer === undefined) return rows!;
    const byPerson = new Map<number, StoredRow[]>(ids.map((id) => [id, []]));
    tables.forEach(({ name, columns }, i) => {
      for (const row of stored[i]!) byPerson.get(row[0] as number)?.push(rowOf(name, columns, row));
    });
    this.ahead = {
      chunks: new Map(
        ids
          .map((id) => [id, byCustomer.get(id) ?? []] as const)
          .filter(([, all]) => all.length <= CHUNKS_AHEAD),
      ),
      tables: new Set(tables.map(({ name }) => name)),
      rows: byPerson,
    };
    return rows!;
  }
}
