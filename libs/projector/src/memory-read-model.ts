import { LedgerError, type LinkRecord, type ParkedRecord, type PolicyRecord, START } from '#event-sourcing';
import { type Chunk, type FactLayout, FactLayouts } from '#journey';
import {
  aggregateRows,
  type AggregateQuery,
  type CustomerRecord,
  type DerivedTable,
  type FoundRow,
  type ListQuery,
  type PersonRecord,
  type ReadModelReader,
  selectPage,
  type TableRow,
} from '#views';
import {
  type Generation,
  type JobRecord,
  type Progress,
  ReadModel,
  type ReadModelChange,
  type RowsChange,
  type StoredTable,
} from './read-model.js';

interface Customer {
  readonly number: number;
  readonly tenant: string;
  readonly name: string;
  heldAt: number | null;
  readonly chunks: Map<number, Chunk>;
}

interface Tenant {
  readonly name: string;
  facts: number;
  lastAt: number | null;
  stamp: string | null;
  readonly policies: PolicyRecord[];
  readonly links: LinkRecord[];
}

interface Row {
  readonly tenant: string;
  readonly customer: string;
  readonly person: number;
  readonly row: TableRow;
}

interface Table {
  version: number;
  next: number | null;
  readonly rows: { current: Map<string, Row>; next: Map<string, Row> };
}

const EMPTY: Progress = {
  commits: 0,
  checkpoint: START,
  tablesAt: START,
  lastEventId: null,
  counts: { read: 0, timeline: 0, duplicates: 0, policies: 0, ignored: 0, parked: 0 },
  customers: 0,
  packedBy: null,
};

/** The readable reference of a read model: what every engine must do, in memory, for tests. */
export class MemoryReadModel extends ReadModel {
  private state: Progress = EMPTY;
  private readonly customers: Customer[] = [];
  private readonly tenantsByName = new Map<string, Tenant>();
  private readonly tables = new Map<string, Table>();
  private readonly parkedRecords: ParkedRecord[] = [];
  private readonly jobRecords = new Map<number, JobRecord>();
  private readonly storedLayouts: FactLayout[] = [];

  constructor(private readonly definitions: readonly DerivedTable[]) {
    super();
    for (const { name, version } of definitions) this.tables.set(name, newTable(version));
  }

  /** What is stored, as a program with other tables finds it. */
  reopened(definitions: readonly DerivedTable[]): MemoryReadModel {
    return Object.assign(new MemoryReadModel([]), this, { definitions });
  }

  override snapshot<T>(work: (reader: ReadModelReader) => Promise<T>): Promise<T> {
    return work(this);
  }

  override async progress() {
    return this.state;
  }

  override async checkpoint() {
    return this.state.checkpoint;
  }

  override async layouts() {
    return new FactLayouts([...this.storedLayouts]);
  }

  override async tenants() {
    return [...this.tenantsByName.values()].map(({ name, stamp }) => ({ name, stamp }));
  }

  override async tenant(name: string) {
    const tenant = this.tenantsByName.get(name);
    if (tenant === undefined) return undefined;
    const { facts, lastAt, policies } = tenant;
    const policyPending = [...this.jobRecords.values()].some(
      (job) => job.kind === 'policies' && job.tenant === name,
    );
    return { name, facts, lastAt, policies: [...policies], policyPending };
  }

  override async people(tenant: string, names: readonly string[]) {
    return names.map((name) => this.person(tenant, name));
  }

  override async timelines(customers: readonly CustomerRecord[]) {
    return customers.map(({ number }) => timelineOf(this.customers[number - 1]!));
  }

  override async fingerprints(customers: readonly CustomerRecord[]) {
    return customers.map(({ number }) =>
      [...this.customers[number - 1]!.chunks.values()]
        .map(
          ({ number: chunk, bytes }) => `${chunk}:${bytes.length}:${Buffer.from(bytes).toString('base64')}`,
        )
        .join(),
    );
  }

  override async lastChunks(customers: readonly number[]) {
    return customers.map((number) => [...this.customers[number - 1]!.chunks.values()].at(-1));
  }

  override async scan(tenant: string, after: number) {
    const [next] = this.customers.filter((one) => one.number > after && one.tenant === tenant);
    return {
      timelines: next === undefined ? [] : [timelineOf(next)],
      next: next?.number ?? null,
    };
  }

  override async scanAll(after: number) {
    const next = this.customers[after];
    return {
      timelines: next === undefined ? [] : [{ ...timelineOf(next), tenant: next.tenant }],
      next: next?.number ?? null,
    };
  }

  override async list(table: string, query: ListQuery) {
    return selectPage(this.found(table, query.tenant), query);
  }

  override async aggregate(table: string, queries: readonly AggregateQuery[]) {
    return queries.map((query) => aggregateRows(this.found(table, query.tenant), [query])[0]!);
  }

  override async storedTables(): Promise<readonly StoredTable[]> {
    return [...this.tables].map(([name, { version, next }]) => ({ name, version, next }));
  }

  override async rows(table: string, generation: Generation, persons: readonly number[]) {
    const rows = [...this.tables.get(table)!.rows[generation].values()];
    return rows
      .filter(({ person }) => persons.includes(person))
      .map(({ person, row }) => ({ person, ...row }));
  }

  override async overdue(table: string, asOf: number, limit: number) {
    const rows = [...this.tables.get(table)!.rows.current.values()];
    return rows
      .filter(({ row: { due } }) => due !== null && due <= asOf)
      .sort((a, b) => a.row.due! - b.row.due!)
      .slice(0, limit)
      .map(({ tenant, customer }) => ({ tenant, customer }));
  }

  override async jobs() {
    return [...this.jobRecords.values()].sort((a, b) => a.id - b.id);
  }

  override async parked() {
    return [...this.parkedRecords];
  }

  override async commit(change: ReadModelChange) {
    if (change.from !== this.state.commits)
      throw new LedgerError('another-writer', 'another projector has committed to this read model');
    this.state = { ...change.progress, commits: change.from + 1 };
    if (change.layout !== undefined) this.storedLayouts.push(change.layout);
    for (const { number, tenant, name } of change.customers ?? []) {
      this.ensureTenant(tenant);
      this.customers[number - 1] = { number, tenant, name, heldAt: null, chunks: new Map() };
    }
    for (const { customer, heldAt } of change.held ?? []) this.customers[customer - 1]!.heldAt = heldAt;
    for (const { customer, change: chunks } of change.chunks ?? []) this.putChunks(customer, chunks);
    this.putTenants(change);
    for (const record of change.unparked ?? []) this.unpark(record);
    for (const record of change.parked ?? []) {
      this.unpark(record);
      this.parkedRecords.push(record);
    }
    for (const { name, version } of change.begun ?? []) this.beginTable(name, version);
    for (const rows of change.rows ?? []) this.putRows(rows);
    for (const name of change.finished ?? []) this.finishTable(name);
    for (const name of change.abandoned ?? []) this.abandonTable(name);
    for (const job of change.jobs ?? []) this.jobRecords.set(job.id, job);
    for (const id of change.endedJobs ?? []) this.jobRecords.delete(id);
  }

  override async reset() {
    this.state = { ...EMPTY, commits: this.state.commits + 1 };
    this.customers.length = 0;
    this.tenantsByName.clear();
    this.parkedRecords.length = 0;
    this.jobRecords.clear();
    this.storedLayouts.length = 0;
    this.tables.clear();
    for (const { name, version } of this.definitions) this.tables.set(name, newTable(version));
  }

  override async close() {
    // Nothing to close.
  }

  private person(tenant: string, name: string): PersonRecord | undefined {
    if (!this.customers.some((one) => one.tenant === tenant && one.name === name)) return undefined;
    const all = this.tenantsByName.get(tenant)!.links;
    const names = new Set([name]);
    for (let size = 0; size !== names.size;) {
      size = names.size;
      for (const { survivor, merged } of all) {
        if (names.has(survivor) || names.has(merged)) names.add(survivor).add(merged);
      }
    }
    const customers = this.customers
      .filter((one) => one.tenant === tenant && names.has(one.name))
      .map(recordOf)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    return { customers, links: all.filter(({ survivor }) => names.has(survivor)) };
  }

  private ensureTenant(name: string): Tenant {
    let tenant = this.tenantsByName.get(name);
    if (tenant === undefined) {
      tenant = { name, facts: 0, lastAt: null, stamp: null, policies: [], links: [] };
      this.tenantsByName.set(name, tenant);
    }
    return tenant;
  }

  private putTenants({ tenants = [], stamps = [], policies = [], links = [] }: ReadModelChange): void {
    for (const { name, facts, lastAt } of tenants) {
      const tenant = this.ensureTenant(name);
      tenant.facts += facts;
      tenant.lastAt = Math.max(tenant.lastAt ?? -Infinity, lastAt);
    }
    for (const { tenant, stamp } of stamps) this.ensureTenant(tenant).stamp = stamp;
    for (const { tenant, ...policy } of policies) this.ensureTenant(tenant).policies.push(policy);
    for (const { tenant, ...link } of links) {
      const { links: known } = this.ensureTenant(tenant);
      if (!known.some(({ eventId }) => eventId === link.eventId)) known.push(link);
    }
  }

  private beginTable(name: string, version: number): void {
    const table = this.tables.get(name) ?? newTable(0);
    table.next = version;
    table.rows.next.clear();
    this.tables.set(name, table);
  }

  private finishTable(name: string): void {
    const table = this.tables.get(name)!;
    table.version = table.next!;
    table.rows.current = table.rows.next;
    this.abandonTable(name);
  }

  private abandonTable(name: string): void {
    const table = this.tables.get(name)!;
    table.next = null;
    table.rows.next = new Map();
  }

  private putChunks(customer: number, { chunks, cut }: { chunks: readonly Chunk[]; cut?: number }): void {
    const stored = this.customers[customer - 1]!.chunks;
    if (cut !== undefined) for (const number of stored.keys()) if (number >= cut) stored.delete(number);
    for (const chunk of chunks) stored.set(chunk.number, chunk);
  }

  private putRows({ table, generation, tenant, person, put, gone }: RowsChange): void {
    const rows = this.tables.get(table)!.rows[generation];
    for (const [at, { person: owner, row }] of rows) {
      if (owner === person.number && (gone === 'all' || gone.includes(row.key))) rows.delete(at);
    }
    for (const { row } of put)
      rows.set(`${person.number} ${row.key}`, { tenant, customer: person.name, person: person.number, row });
  }

  private unpark({ tenant, customer, view, position }: ParkedRecord): void {
    const at = this.parkedRecords.findIndex(
      (one) =>
        one.tenant === tenant &&
        one.customer === customer &&
        one.view === view &&
        (view !== null || one.position === position),
    );
    if (at >= 0) this.parkedRecords.splice(at, 1);
  }

  private found(table: string, tenant: string): readonly FoundRow[] {
    const stored = this.tables.get(table);
    if (stored?.version !== this.definitions.find(({ name }) => name === table)?.version)
      throw new LedgerError('view-rebuilding', `the table ${table} is being derived anew`, { table });
    return [...stored!.rows.current.values()]
      .filter((row) => row.tenant === tenant)
      .map(({ customer, row }) => ({ customer, ...row }));
  }
}

function newTable(version: number): Table {
  return { version, next: null, rows: { current: new Map(), next: new Map() } };
}

function recordOf({ number, name, heldAt }: Customer): CustomerRecord {
  return { number, name, heldAt };
}

function timelineOf(customer: Customer) {
  const chunks = [...customer.chunks.values()].sort((a, b) => a.number - b.number);
  return { customer: recordOf(customer), chunks };
}
