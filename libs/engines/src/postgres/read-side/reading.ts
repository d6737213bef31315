import { crc32 } from 'node:zlib';
import { type ParkedRecord, type PolicyRecord, StoreFault, storedPosition } from '#event-sourcing';
import { type Chunk, type FactLayout, FactLayouts } from '#journey';
import {
  type EndedJob,
  type JobRecord,
  jobsOf,
  type Progress,
  type StoredRow,
  StoredState,
} from '#projector';
import {
  type AggregateQuery,
  type ColumnValue,
  type CustomerRecord,
  type CustomerRef,
  customerDamaged,
  type DerivedTable,
  type GroupQuery,
  groupsOf,
  type ListQuery,
  type PersonRecord,
  type ScanBounds,
  type RowGroup,
  rowGroupOf,
  RowGroups,
  type ScannedPage,
  type ScannedTimeline,
} from '#views';
import type { Reads, Row, Statement } from '../database.js';
import { GENERATIONS, Generations, rebuilding } from './generations.js';
import { ListSql } from './list-sql.js';
import { customerOf } from './customer-row.js';
import { linkedPeople } from './linked-people.js';
import { TimeSlots } from './time-slots.js';

/** About so many bytes a fact takes in a chunk. */
const BYTES_A_FACT = 40;
/** Customers whose timelines are measured at once on the way through all. */
const CUSTOMERS_A_SCAN = 5_000;

/** SQLSTATE of a table that is not there. */
const NO_SUCH_TABLE = '42P01';

const position = (text: unknown) => storedPosition(BigInt(text as string));

/** What the layouts of facts were when they were read last: they are only added to. */
export class KeptLayouts {
  stamps: string | null | undefined;
  layouts: FactLayouts | undefined;
}

/** Everything that is read of the read side, each call in one round trip. */
export class Reading extends StoredState {
  private generations: Promise<Generations> | undefined;

  constructor(
    protected readonly reads: Reads,
    private readonly definitions: readonly DerivedTable[],
    private readonly kept: KeptLayouts,
  ) {
    super();
  }

  /** Which rows of the derived tables there are; asked for once. */
  derived(): Promise<Generations> {
    return (this.generations ??= this.generationRows().then(
      (rows) => new Generations(this.definitions, rows),
    ));
  }

  /** Numbers of the tenants that are stored, by name. */
  async tenantNumbers(): Promise<ReadonlyMap<string, number>> {
    return new Map((await this.one({ text: 'SELECT name, id FROM cx.tenant' })) as [string, number][]);
  }

  /** Rows of the derived tables may be others from now on. */
  forget(): void {
    this.generations = undefined;
  }

  override async timelineState() {
    const [[checkpoint, tablesAt, stamps]] = (await this.one({
      text: `SELECT ${REACHED}, (SELECT string_agg(stamp::text, ',' ORDER BY stamp) FROM cx.layout) FROM ${PROGRESS_ROW}`,
    })) as [[string, string, string | null]];
    if (this.kept.stamps !== stamps) {
      this.kept.layouts = layoutsOf(await this.one(LAYOUTS));
      this.kept.stamps = stamps;
    }
    return {
      checkpoint: position(checkpoint),
      tablesAt: position(tablesAt),
      layouts: this.kept.layouts!,
    };
  }

  override async writerState() {
    const [progress, layouts, derived, tenants, jobs, parked] = await this.reads.read([
      PROGRESS,
      LAYOUTS,
      GENERATIONS,
      { text: 'SELECT name, stamp FROM cx.tenant ORDER BY id' },
      { text: 'SELECT record FROM cx.job ORDER BY id' },
      {
        text: 'SELECT tenant, customer, view, position::text, event, reason, since FROM cx.parked ORDER BY position, tenant, customer, view',
      },
    ]);
    const generations = new Generations(this.definitions, derived!);
    this.generations = Promise.resolve(generations);
    return {
      ...progressOf(progress![0]!),
      layouts: layoutsOf(layouts!),
      tables: generations.stored.map(({ name, version, next }) => ({ name, version, next })),
      tenants: tenants!.map(([name, stamp]) => ({ name: name as string, stamp: stamp as string | null })),
      ...jobsOf(recordsOf(jobs!)),
      parked: parked!.map(parkedOf),
    };
  }

  override async tenant(name: string) {
    const [tenants, policies, jobs] = await this.reads.read([
      {
        text: `SELECT t.facts + coalesce(sum(p.facts), 0)::bigint, greatest(t.last_at, max(p.last_at))
          FROM cx.tenant t LEFT JOIN cx.partition_tenant p ON p.tenant = t.id WHERE t.name = $1 GROUP BY t.id`,
        values: [name],
      },
      {
        text: `SELECT event, type, position::text, recorded_at, effective_from, data FROM cx.policy p
          WHERE tenant = (SELECT id FROM cx.tenant WHERE name = $1) ORDER BY p.position`,
        values: [name],
      },
      // Each read asks for its tenant: ended jobs, which are many and name rows, are not sent and parsed for it.
      { text: "SELECT record FROM cx.job WHERE record::json ->> 'endedAt' IS NULL" },
    ]);
    const [row] = tenants!;
    if (row === undefined) return undefined;
    const policyPending = jobsOf(recordsOf(jobs!)).jobs.some(
      (job) => job.kind === 'policies' && job.tenant === name,
    );
    return {
      ...{ name, facts: row[0] as number, lastAt: row[1] as number | null },
      ...{ policies: policies!.map(policyOf), policyPending },
    };
  }

  override async people(customers: readonly CustomerRef[]): Promise<readonly (PersonRecord | undefined)[]> {
    if (customers.length === 0) return [];
    const rows = await this.found(customers, {
      text: `SELECT u.place, c.id, c.name, c.held_at, c.revision, c.linked, c.tenant
        FROM unnest($1::text[], $2::text[]) WITH ORDINALITY u (tenant, name, place)
        JOIN cx.tenant t ON t.name = u.tenant JOIN cx.customer c ON c.tenant = t.id AND c.name = u.name`,
      values: [customers.map(({ tenant }) => tenant), customers.map(({ customer }) => customer)],
    });
    const people: (PersonRecord | undefined)[] = customers.map(() => undefined);
    for (const [place, ...row] of rows)
      people[(place as number) - 1] = { customers: [customerOf(row)], links: [] };
    const linked = rows.filter((row) => row[5] === true);
    const together = await linkedPeople(
      this.reads,
      linked.map((row) => ({ place: row[0] as number, tenant: row[6] as number, name: row[2] as string })),
    );
    for (const [place, person] of together) people[place - 1] = person;
    return people;
  }

  override async timelines(customers: readonly CustomerRecord[], part: 'all' | 'last' = 'all') {
    const ids = customers.map(({ number }) => number);
    const text =
      part === 'all'
        ? 'SELECT customer, number, crc, facts FROM cx.chunk WHERE customer = ANY ($1::bigint[]) ORDER BY customer, number'
        : `SELECT k.customer, k.number, k.crc, k.facts FROM unnest($1::bigint[]) u (id) CROSS JOIN LATERAL (
             SELECT * FROM cx.chunk c WHERE c.customer = u.id ORDER BY number DESC LIMIT 1) k`;
    const rows = ids.length === 0 ? [] : await this.one({ text, values: [ids] });
    const chunks = await this.chunksOf(rows);
    return customers.map((customer) => ({ customer, chunks: chunks.get(customer.number) ?? [] }));
  }

  override async fingerprints(customers: readonly CustomerRecord[]) {
    const rows = await this.one({
      text: `SELECT count(k.number) || '-' || coalesce(sum(k.crc * (k.number + 1)), 0) || '-' || coalesce(c.held_at::text, '')
        FROM unnest($1::bigint[]) WITH ORDINALITY u (id, place) LEFT JOIN cx.customer c ON c.id = u.id
        LEFT JOIN cx.chunk k ON k.customer = u.id GROUP BY u.place, c.held_at ORDER BY u.place`,
      values: [customers.map(({ number }) => number)],
    });
    return rows.map(([text]) => text as string);
  }

  override async scan(after: number, facts: number, bounds: ScanBounds = {}): Promise<ScannedPage> {
    const { tenant, upTo } = bounds;
    const most = Math.max(1, Math.min(facts, CUSTOMERS_A_SCAN));
    const rows = await this.one({
      text: `WITH near AS (
          SELECT id, tenant, name, held_at, revision, linked,
            coalesce((SELECT sum(octet_length(facts)) FROM cx.chunk k WHERE k.customer = c.id), 0) AS bytes
          FROM cx.customer c WHERE id > $1 AND ($5::bigint IS NULL OR id <= $5) AND ($2::text IS NULL OR tenant = (SELECT id FROM cx.tenant WHERE name = $2))
          ORDER BY id LIMIT $3),
        sized AS (SELECT *, sum(bytes) OVER (ORDER BY id) - bytes AS before, count(*) OVER () AS found FROM near)
        SELECT s.id, s.name, s.held_at, s.revision, t.name, s.found, k.customer, k.number, k.crc, k.facts, s.linked
        FROM sized s JOIN cx.tenant t ON t.id = s.tenant LEFT JOIN cx.chunk k ON k.customer = s.id
        WHERE s.before < $4 ORDER BY s.id, k.number`,
      values: [after, tenant ?? null, most, facts * BYTES_A_FACT, upTo ?? null],
    });
    const chunks = await this.chunksOf(rows.filter((row) => row[7] !== null).map((row) => row.slice(6)));
    const timelines: ScannedTimeline[] = [];
    for (const row of rows) {
      if (timelines.at(-1)?.customer.number === row[0]) continue;
      const customer = customerOf(row);
      const own = chunks.get(customer.number) ?? [];
      timelines.push({ customer, chunks: own, tenant: row[4] as string, linked: row[10] as boolean });
    }
    const found = (rows[0]?.[5] ?? 0) as number;
    const isEnd = found < most && timelines.length === found;
    return { timelines, next: isEnd ? null : timelines.at(-1)!.customer.number };
  }

  override async list(table: string, query: ListQuery) {
    const sql = await this.sqlOf(table);
    const [rows] = await this.readTable(table, [sql.list(query)]);
    return rows!.map((row) => sql.found(row));
  }

  override async aggregate(table: string, queries: readonly AggregateQuery[]) {
    const statements = await Promise.all(
      queries.map(async (query) => (await this.sqlOf(table)).groups(query)),
    );
    const found = await this.readTable(table, statements);
    return queries.map((query, i) => groupsOf(query, found[i]!).filter(({ rows }) => rows > 0));
  }

  override async group(table: string, query: GroupQuery): Promise<readonly RowGroup[]> {
    if (query.ranges.length === 0) return [];
    const slots = new TimeSlots(query.ranges);
    const [rows] = await this.readTable(table, [(await this.sqlOf(table)).grouped(query, slots)]);
    const groups = new RowGroups(query);
    for (const row of rows!) groups.add(rowGroupOf(query, row[0] as number, row, 1));
    return groups.all();
  }

  override async rows(tables: readonly string[], persons: readonly number[]): Promise<readonly StoredRow[]> {
    const generations = await this.derived();
    const columns = tables.map((table) => Object.keys(generations.definition(table).columns));
    const found = await this.reads.read(
      tables.map((table, i) => ({
        text: `SELECT person, key, due${columns[i]!.map((name) => `, "${name}"`).join('')}
          FROM ${generations.rowsName(table, 'current')} WHERE person = ANY ($1::bigint[])`,
        values: [persons],
      })),
    );
    return found.flatMap((rows, i) => rows.map((row) => rowOf(tables[i]!, columns[i]!, row)));
  }

  override async overdue(tables: readonly string[], asOf: number, limit: number) {
    const generations = await this.derived();
    const found = await this.reads.read(
      tables.map((table) => ({
        text: `SELECT t.name, r.customer FROM ${generations.rowsName(table, 'current')} r JOIN cx.tenant t ON t.id = r.tenant
          WHERE r.due <= $1 ORDER BY r.due LIMIT $2`,
        values: [asOf, limit],
      })),
    );
    return found
      .flat()
      .map(([tenant, customer]) => ({ tenant: tenant as string, customer: customer as string }));
  }

  protected generationRows(): Promise<readonly Row[]> {
    return this.one(GENERATIONS);
  }

  /** The customers that a statement finds; whoever reads more of them does so here. */
  protected found(_customers: readonly CustomerRef[], people: Statement): Promise<readonly Row[]> {
    return this.one(people);
  }

  private async one(statement: Statement): Promise<readonly Row[]> {
    const [rows] = await this.reads.read([statement]);
    return rows!;
  }

  /** Throws `view-rebuilding` where the rows were replaced after this moment was begun, and are dropped by now. */
  private async readTable(table: string, statements: readonly Statement[]) {
    try {
      return await this.reads.read(statements);
    } catch (error) {
      throw isNoTable(error) ? rebuilding(table) : error;
    }
  }

  private async sqlOf(table: string): Promise<ListSql> {
    const generations = await this.derived();
    return new ListSql(generations.definition(table), generations.rowsName(table, 'current'));
  }

  /** Chunks by customer. Throws `customer-damaged` for bytes that are not those that were written. */
  protected async chunksOf(rows: readonly Row[]): Promise<ReadonlyMap<number, readonly Chunk[]>> {
    const chunks = new Map<number, Chunk[]>();
    for (const [customer, number, crc, facts] of rows as [number, number, number, Uint8Array][]) {
      if (chunkCrc(customer, number, facts) !== crc) throw await this.damaged(customer);
      const of = chunks.get(customer);
      if (of === undefined) chunks.set(customer, [{ number, bytes: facts }]);
      else of.push({ number, bytes: facts });
    }
    return chunks;
  }

  private async damaged(id: number): Promise<Error> {
    const [row] = await this.one({
      text: 'SELECT t.name, c.name FROM cx.customer c JOIN cx.tenant t ON t.id = c.tenant WHERE c.id = $1',
      values: [id],
    });
    const [tenant, customer] = (row ?? ['', '']) as [string, string];
    return customerDamaged({ tenant, customer }, 'a chunk of the timeline');
  }
}

/** Whether a statement failed since its table is not there: its rows were replaced, and dropped. */
export function isNoTable(error: unknown): boolean {
  return error instanceof StoreFault && error.details.cause === NO_SUCH_TABLE;
}

/** A row of a derived table: person, key, due, and its own columns. */
export function rowOf(table: string, columns: readonly string[], row: Row): StoredRow {
  // By a loop: a page reads some ten rows an event, and pairs of names and values would be most of its garbage.
  const values: { [column: string]: ColumnValue } = {};
  for (let at = 0; at < columns.length; at++) values[columns[at]!] = row[at + 3] as ColumnValue;
  return {
    table,
    person: row[0] as number,
    key: row[1] as string,
    due: row[2] as number | null,
    columns: values,
  };
}

const LAYOUTS: Statement = { text: 'SELECT stamp, kinds FROM cx.layout ORDER BY stamp' };
/** How far the timelines and the tables are; of several projectors all of them. */
const REACHED = 'r.reached::text, CASE WHEN p.spread THEN r.reached ELSE p.tables_at END::text';
const PROGRESS_ROW = 'cx.progress p, cx.reached() r (reached)';
const PROGRESS: Statement = {
  text: `SELECT spread, commits, ${REACHED}, CASE WHEN NOT spread THEN last_event END,
    CASE WHEN spread THEN (SELECT last_value FROM cx.customer_number) ELSE customers END, packed_by, p.read + s.read,
    p.timeline + s.timeline, p.duplicates + s.duplicates, p.policies + s.policies, p.ignored + s.ignored, p.parked + s.parked
    FROM ${PROGRESS_ROW}, cx.spread_counts() s`,
};

/** The checksum of a chunk, of its place too: one that has moved to another customer is damaged. */
export function chunkCrc(customer: number, number: number, bytes: Uint8Array): number {
  return crc32(bytes, crc32(`${customer} ${number}`));
}

function progressOf(row: Row): { readonly progress: Progress; readonly spread: boolean } {
  const [spread, commits, checkpoint, tablesAt, lastEventId, customers, packedBy, ...counts] = row;
  const [read, timeline, duplicates, policies, ignored, parked] = counts as [
    ...[number, number, number, number, number, number],
  ];
  const progress = {
    ...{ commits: commits as number, checkpoint: position(checkpoint), tablesAt: position(tablesAt) },
    ...{ lastEventId: lastEventId as string | null, customers: customers as number },
    ...{ packedBy: packedBy as number | null },
    counts: { read, timeline, duplicates, policies, ignored, parked },
  };
  return { progress, spread: spread as boolean };
}

function recordsOf(rows: readonly Row[]): readonly (JobRecord | EndedJob)[] {
  return rows.map(([record]) => JSON.parse(record as string) as JobRecord | EndedJob);
}

function layoutsOf(rows: readonly Row[]): FactLayouts {
  return new FactLayouts(
    rows.map(([stamp, kinds]) => ({
      stamp: stamp as number,
      kinds: JSON.parse(kinds as string) as FactLayout['kinds'],
    })),
  );
}

function policyOf([eventId, type, at, recordedAt, effectiveFrom, data]: Row): PolicyRecord {
  return {
    ...{ eventId: eventId as string, type: type as string, position: position(at) },
    ...{ recordedAt: recordedAt as string, effectiveFrom: effectiveFrom as number | null },
    data: data as string,
  };
}

function parkedOf([tenant, customer, view, at, eventId, reason, since]: Row): ParkedRecord {
  return {
    ...{ tenant: tenant as string, customer: customer as string, position: position(at) },
    view: view === '' ? null : (view as string),
    ...{ eventId: eventId as string | null, reason: reason as string, since: since as string },
  };
}
