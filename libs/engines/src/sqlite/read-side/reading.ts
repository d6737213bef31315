import {
  LedgerError,
  type LinkRecord,
  type ParkedRecord,
  type PolicyRecord,
  storedPosition,
} from '#event-sourcing';
import { type FactLayout, FactLayouts } from '#journey';
import {
  type EndedJob,
  type Generation,
  type JobRecord,
  jobsOf,
  type Progress,
  type StoredRow,
  StoredState,
  type WriterState,
} from '#projector';
import type {
  AggregateGroup,
  AggregateQuery,
  CustomerRecord,
  CustomerRef,
  DerivedTable,
  FoundRow,
  GroupQuery,
  ListQuery,
  PersonRecord,
  ScanBounds,
  RowGroup,
  ScannedPage,
  TenantRecord,
} from '#views';
import type { ColumnCache } from './column-cache.js';
import type { Connection, Row } from './connection.js';
import { checkRow } from './damage.js';
import { GroupSql } from './group-sql.js';
import { ListSql } from './list-sql.js';
import { RangeRows, type RowSource } from './range-rows.js';
import { rowsName } from './schema.js';
import { COLUMNS, ReadRow } from './stored-row.js';
import { chunksOf, CHUNKS_A_CUSTOMER, customerOf, scanTimelines } from './timelines.js';

const CUSTOMER = 'SELECT id, name, held_at, linked FROM customer';

const JOBS = 'SELECT record FROM job ORDER BY id';
/** What is no JSON is among them: whoever reads it says so. */
const RUNNING_JOBS = `SELECT record FROM job WHERE iif(json_valid(record), record ->> 'endedAt' IS NULL, TRUE)`;

/** Everything that is read of the read side, on one connection, of the moment that its transaction sees. */
export class Reading extends StoredState implements RowSource {
  private readonly definitions: ReadonlyMap<string, DerivedTable>;
  private read: { readonly stamps: string | null; readonly layouts: FactLayouts } | undefined;

  constructor(
    private readonly connection: Connection,
    tables: readonly DerivedTable[],
    /** Absent: questions that count rows are put to SQL. */
    private readonly columns?: ColumnCache,
  ) {
    super();
    this.definitions = new Map(tables.map((table) => [table.name, table]));
  }

  progress(): Progress {
    const row = this.connection.get('SELECT * FROM progress') as readonly (number | string | null)[];
    const [, commits, checkpoint, tablesAt, lastEventId, customers, ...counts] = row as [
      ...[number, number, number, number, string | null, number],
      ...(number | null)[],
    ];
    const [read, timeline, duplicates, policies, ignored, parked, packedBy] = counts as [
      ...[number, number, number, number, number, number],
      number | null,
    ];
    return {
      ...{ commits, lastEventId, customers, packedBy },
      checkpoint: storedPosition(checkpoint),
      tablesAt: storedPosition(tablesAt),
      counts: { read, timeline, duplicates, policies, ignored, parked },
    };
  }

  override async timelineState() {
    const { checkpoint, tablesAt } = this.progress();
    return { checkpoint, tablesAt, layouts: this.layouts() };
  }

  override async writerState() {
    const tables = this.connection.all('SELECT name, version, next_version FROM derived');
    const tenants = this.connection.all('SELECT name, stamp FROM tenant ORDER BY id');
    return {
      progress: this.progress(),
      layouts: this.layouts(),
      tables: tables.map(([name, version, next]) => ({
        name: name as string,
        version: version as number,
        next: next as number | null,
      })),
      tenants: tenants.map(([name, stamp]) => ({ name: name as string, stamp: stamp as string | null })),
      ...this.jobs(),
      parked: this.parked(),
    };
  }

  /** Read once: they are only added to. */
  private layouts(): FactLayouts {
    const stamps = this.connection.get('SELECT group_concat(stamp) FROM layout')![0] as string | null;
    if (this.read?.stamps !== stamps) {
      const rows = this.connection.all('SELECT stamp, kinds FROM layout ORDER BY stamp');
      const layouts = new FactLayouts(
        rows.map(([stamp, kinds]) => ({
          stamp: stamp as number,
          kinds: this.connection.parsed(kinds) as FactLayout['kinds'],
        })),
      );
      this.read = { stamps, layouts };
    }
    return this.read.layouts;
  }

  override async tenant(name: string): Promise<TenantRecord | undefined> {
    const row = this.connection.get('SELECT id, facts, last_at FROM tenant WHERE name = ?', name);
    if (row === undefined) return undefined;
    const [id, facts, lastAt] = row as [number, number, number | null];
    // Each read asks for its tenant: ended jobs, which are many and name rows, are not parsed for it.
    const policyPending = this.jobs(RUNNING_JOBS).jobs.some(
      (job) => job.kind === 'policies' && job.tenant === name,
    );
    return { name, facts, lastAt, policies: this.policies(id), policyPending };
  }

  override async people(customers: readonly CustomerRef[]) {
    const tenants = new Map<string, number | undefined>();
    const linked = new Map<string, PersonRecord>();
    return customers.map(({ tenant, customer }) => {
      if (!tenants.has(tenant)) tenants.set(tenant, this.tenantId(tenant));
      const id = tenants.get(tenant);
      if (id === undefined) return undefined;
      const known = linked.get(`${id} ${customer}`);
      const person = known ?? this.person(id, customer);
      if (known === undefined && person !== undefined && person.links.length > 0)
        for (const { name } of person.customers) linked.set(`${id} ${name}`, person);
      return person;
    });
  }

  override async timelines(customers: readonly CustomerRecord[], part: 'all' | 'last' = 'all') {
    return customers.map((customer) => ({ customer, chunks: chunksOf(this.connection, customer, part) }));
  }

  override async fingerprints(customers: readonly CustomerRecord[]) {
    return customers.map(({ number }) => {
      const from = number * CHUNKS_A_CUSTOMER;
      const [count, crcs, held] = this.connection.get(
        'SELECT COUNT(*), SUM((crc * (id & 1048575) + crc) & 4294967295), (SELECT held_at FROM customer WHERE id = ?) FROM chunk WHERE id >= ? AND id < ?',
        number,
        from,
        from + CHUNKS_A_CUSTOMER,
      )!;
      return `${String(count)}-${String(crcs)}-${String(held)}`;
    });
  }

  override async scan(after: number, facts: number, { tenant, upTo }: ScanBounds = {}): Promise<ScannedPage> {
    const id = tenant === undefined ? undefined : this.tenantId(tenant);
    if (tenant !== undefined && id === undefined) return { timelines: [], next: null };
    return scanTimelines(this.connection, { after, upTo, tenant: id }, facts);
  }

  override async list(table: string, query: ListQuery): Promise<readonly FoundRow[]> {
    const id = this.tenantId(query.tenant);
    return id === undefined ? [] : this.sqlOf(table).rows(id, query);
  }

  override async aggregate(
    table: string,
    queries: readonly AggregateQuery[],
  ): Promise<readonly (readonly AggregateGroup[])[]> {
    return queries.map((query) => {
      const id = this.tenantId(query.tenant);
      return id === undefined ? [] : this.sqlOf(table).groups(id, query);
    });
  }

  override async group(table: string, query: GroupQuery): Promise<readonly RowGroup[]> {
    const id = this.tenantId(query.tenant);
    if (id === undefined) return [];
    const sql = this.sqlOf(table);
    const rows = { definition: this.definition(table), name: sql.table };
    const found = this.columns?.group(this.connection, rows, id, query);
    if (found !== undefined) return found;
    const groups = new GroupSql(this.connection, sql).groups(id, query);
    this.columns?.load(this.connection, rows, query, groups);
    return groups;
  }

  override async rows(tables: readonly string[], persons: readonly number[]) {
    return tables.flatMap((table) => this.rowsIn(table, persons));
  }

  override packing(kept: readonly DerivedTable[]) {
    return new RangeRows(this, kept);
  }

  override async overdue(tables: readonly string[], asOf: number, limit: number) {
    return tables.flatMap((table) => {
      const name = this.rowsName(table, 'current');
      const rows = this.connection.all(
        `SELECT t.name, r.customer FROM ${name} r JOIN tenant t ON t.id = r.tenant WHERE r.due <= ? ORDER BY r.due LIMIT ?`,
        asOf,
        limit,
      );
      return rows.map(([tenant, customer]) => ({ tenant: tenant as string, customer: customer as string }));
    });
  }

  private jobs(sql = JOBS): Pick<WriterState, 'jobs' | 'endedJobs'> {
    const rows = this.connection.all(sql);
    return jobsOf(rows.map(([record]) => this.connection.parsed(record) as JobRecord | EndedJob));
  }

  private parked(): readonly ParkedRecord[] {
    const rows = this.connection.all(
      'SELECT tenant, customer, view, position, event, reason, since FROM parked ORDER BY position, tenant, customer, view',
    );
    return rows.map(([tenant, customer, view, position, eventId, reason, since]) => ({
      tenant: tenant as string,
      customer: customer as string,
      view: view === '' ? null : (view as string),
      position: storedPosition(position as number),
      eventId: eventId as string | null,
      reason: reason as string,
      since: since as string,
    }));
  }

  /** The name in SQL of a generation of rows. Throws `table-rebuilding` where readers would see rows of another form. */
  rowsName(table: string, generation: Generation): string {
    const row = this.connection.get(
      'SELECT version, current, next_version, next FROM derived WHERE name = ?',
      table,
    );
    const [version, current, nextVersion, next] = (row ?? []) as readonly (number | null | undefined)[];
    const [stored, number] = generation === 'current' ? [version, current] : [nextVersion, next];
    if (stored !== this.definition(table).version || typeof number !== 'number')
      throw new LedgerError(
        'view-rebuilding',
        `the table ${table} is being derived anew for this version of the program: ask again later`,
        { table },
      );
    return rowsName(table, number);
  }

  tenantId(name: string): number | undefined {
    return this.connection.get('SELECT id FROM tenant WHERE name = ?', name)?.[0] as number | undefined;
  }

  definition(table: string): DerivedTable {
    const definition = this.definitions.get(table);
    if (definition === undefined)
      throw new LedgerError('unknown-table', `there is no derived table ${table}`, { table });
    return definition;
  }

  private sqlOf(table: string): ListSql {
    return new ListSql(this.connection, this.definition(table), this.rowsName(table, 'current'));
  }

  private policies(tenant: number): readonly PolicyRecord[] {
    const rows = this.connection.all(
      'SELECT event, type, position, recorded_at, effective_from, data FROM policy WHERE tenant = ? ORDER BY position',
      tenant,
    );
    return rows.map(([eventId, type, position, recordedAt, effectiveFrom, data]) => ({
      eventId: eventId as string,
      type: type as string,
      position: storedPosition(position as number),
      recordedAt: recordedAt as string,
      effectiveFrom: effectiveFrom as number | null,
      data: data as string,
    }));
  }

  private person(tenant: number, name: string): PersonRecord | undefined {
    const row = this.connection.get(`${CUSTOMER} WHERE tenant = ? AND name = ?`, tenant, name);
    if (row === undefined) return undefined;
    if (row[3] === 0) return { customers: [customerOf(row)], links: [] };
    const links = new Map<string, LinkRecord>();
    const names = new Set([name]);
    for (const next of names) {
      for (const link of this.linksOf(tenant, next)) {
        links.set(link.eventId, link);
        names.add(link.survivor).add(link.merged);
      }
    }
    const customers = [...names]
      .sort()
      .map((one) => this.connection.get(`${CUSTOMER} WHERE tenant = ? AND name = ?`, tenant, one))
      .filter((one) => one !== undefined)
      .map(customerOf);
    return { customers, links: [...links.values()] };
  }

  private linksOf(tenant: number, name: string): readonly LinkRecord[] {
    const select =
      'SELECT event, at, sequence, step, type, survivor, merged, position FROM link WHERE tenant = ?';
    const rows = this.connection.all(
      `${select} AND survivor = ? UNION ${select} AND merged = ?`,
      ...[tenant, name, tenant, name],
    );
    return rows.map(([event, at, sequence, step, type, survivor, merged, position]) => ({
      eventId: event as string,
      occurredAt: at as number,
      sequence: sequence as number,
      step: step as number,
      type: type as LinkRecord['type'],
      survivor: survivor as string,
      merged: merged as string,
      position: storedPosition(position as number),
    }));
  }

  private rowsIn(table: string, persons: readonly number[]): readonly StoredRow[] {
    const names = Object.keys(this.definition(table).columns);
    const rowOf = (row: Row): StoredRow => {
      checkRow(this.connection, table, row, COLUMNS + names.length);
      return new ReadRow(table, names, row);
    };
    const wanted = new Set(persons);
    const least = persons.reduce((a, b) => Math.min(a, b), Infinity);
    const most = persons.reduce((a, b) => Math.max(a, b), 0);
    // Jobs ask for persons that follow each other: one range costs less than very many look-ups.
    if (most - least < 2 * wanted.size) {
      const rows = this.rowsBetween(table, least, most);
      return rows.filter(([person]) => wanted.has(person as number)).map(rowOf);
    }
    // One statement for all of them: each costs more than finding a row does.
    const all = `${this.selectOf(table)} WHERE person IN (SELECT value FROM json_each(?))`;
    return this.connection.all(all, JSON.stringify(persons)).map(rowOf);
  }

  rowsBetween(table: string, least: number, most: number): readonly Row[] {
    const select = this.selectOf(table);
    return this.connection.all(`${select} WHERE person BETWEEN ? AND ? ORDER BY person, key`, least, most);
  }

  checkRow(table: string, row: Row): void {
    checkRow(this.connection, table, row, row.length - 2);
  }

  private selectOf(table: string): string {
    const columns = Object.keys(this.definition(table).columns).map((name) => `, "${name}"`);
    const name = this.rowsName(table, 'current');
    return `SELECT person, key, tenant, customer, due${columns.join('')}, crc, rowid FROM ${name}`;
  }
}
