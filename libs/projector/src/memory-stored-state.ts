import { LedgerError, type LinkRecord, type ParkedRecord, type PolicyRecord, START } from '#event-sourcing';
import { type Chunk, type FactLayout, FactLayouts } from '#journey';
import {
  aggregateRows,
  type AggregateQuery,
  type CustomerRecord,
  type CustomerRef,
  type DerivedTable,
  type FoundRow,
  type GroupQuery,
  groupRows,
  type ListQuery,
  type PersonRecord,
  type ScanBounds,
  selectPage,
  type TableRow,
} from '#views';
import type { ClaimedPartition, PartitionStatus } from './spread/spread-writing.js';
import { jobsOf } from './job-history.js';
import {
  type EndedJob,
  type JobRecord,
  NOTHING_READ,
  type Progress,
  StoredState,
  type WriterState,
} from './read-model.js';

export interface MemoryCustomer {
  readonly number: number;
  readonly tenant: string;
  readonly name: string;
  heldAt: number | null;
  revision: number;
  /** By their numbers, ascending. */
  chunks: ReadonlyMap<number, Chunk>;
}

export interface MemoryTenant {
  readonly name: string;
  facts: number;
  lastAt: number | null;
  stamp: string | null;
  readonly policies: PolicyRecord[];
  readonly links: LinkRecord[];
}

interface MemoryRow extends TableRow {
  readonly tenant: string;
  readonly customer: string;
  readonly person: number;
}

export interface MemoryTable {
  version: number;
  next: number | null;
  rows: { current: Map<string, MemoryRow>; next: Map<string, MemoryRow> };
}

/** Everything that a read model keeps. */
export class MemoryData {
  progress: Progress = { ...NOTHING_READ, commits: 0 };
  readonly customers: MemoryCustomer[] = [];
  readonly tenants = new Map<string, MemoryTenant>();
  readonly tables = new Map<string, MemoryTable>();
  readonly layouts: FactLayout[] = [];
  readonly jobs = new Map<number, JobRecord | EndedJob>();
  parked: readonly ParkedRecord[] = [];
  /** Of several projectors: what each partition has come to. Undefined: one projects. */
  partitions: Map<number, ClaimedPartition & Pick<PartitionStatus, 'owner'>> | undefined;

  constructor(definitions: readonly DerivedTable[]) {
    for (const { name, version } of definitions) this.tables.set(name, newTable(version));
  }

  /** Of several projectors: as far as all of their partitions. */
  get reached(): Progress {
    const { progress, partitions } = this;
    if (partitions === undefined) return progress;
    const positions = [...partitions.values()].map(({ position }) => position);
    const checkpoint = positions.reduce((least, one) => (one < least ? one : least), positions[0] ?? START);
    return { ...progress, checkpoint, tablesAt: checkpoint, lastEventId: null };
  }
}

export function newTable(version: number): MemoryTable {
  return { version, next: null, rows: { current: new Map(), next: new Map() } };
}

/** What every engine must read, in memory. */
export class MemoryStoredState extends StoredState {
  constructor(
    private readonly data: () => MemoryData,
    private readonly definitions: readonly DerivedTable[],
  ) {
    super();
  }

  override async timelineState() {
    const { layouts } = this.data();
    const { checkpoint, tablesAt } = this.data().reached;
    return { checkpoint, tablesAt, layouts: new FactLayouts([...layouts]) };
  }

  override async tenant(name: string) {
    const tenant = this.data().tenants.get(name);
    if (tenant === undefined) return undefined;
    const { facts, lastAt, policies } = tenant;
    const { jobs } = jobsOf([...this.data().jobs.values()]);
    const policyPending = jobs.some((job) => job.kind === 'policies' && job.tenant === name);
    return { name, facts, lastAt, policies: [...policies], policyPending };
  }

  override async people(customers: readonly CustomerRef[]) {
    const linked = new Map<string, PersonRecord>();
    return customers.map((asked) => {
      const { tenant, customer } = asked;
      const person = linked.get(`${tenant} ${customer}`) ?? this.person(asked);
      for (const { name } of person?.customers ?? []) linked.set(`${tenant} ${name}`, person!);
      return person;
    });
  }

  override async timelines(customers: readonly CustomerRecord[], part: 'all' | 'last' = 'all') {
    return customers.map(({ number }) => this.timeline(number, part));
  }

  override async fingerprints(customers: readonly CustomerRecord[]) {
    const text = ({ number, bytes }: Chunk) => `${number}:${Buffer.from(bytes).toString('base64')}`;
    return customers.map((one) => [one.heldAt, ...this.timeline(one.number).chunks.map(text)].join());
  }

  /** One customer at a time: the smallest page there can be. */
  override async scan(after: number, _facts: number, { tenant, upTo = Infinity }: ScanBounds = {}) {
    const next = this.data().customers.find(
      (one) => one.number > after && (tenant === undefined || one.tenant === tenant),
    );
    if (next === undefined || next.number > upTo) return { timelines: [], next: null };
    const linked = this.data()
      .tenants.get(next.tenant)!
      .links.some(({ survivor, merged }) => survivor === next.name || merged === next.name);
    return {
      timelines: [{ ...this.timeline(next.number), tenant: next.tenant, linked }],
      next: next.number,
    };
  }

  override async list(table: string, query: ListQuery) {
    return selectPage(this.found(table, query.tenant), query);
  }

  override async aggregate(table: string, queries: readonly AggregateQuery[]) {
    return queries.map((query) => aggregateRows(this.found(table, query.tenant), [query])[0]!);
  }

  override async group(table: string, query: GroupQuery) {
    return groupRows(this.found(table, query.tenant), query);
  }

  override async writerState(): Promise<WriterState> {
    const { reached: progress, layouts, tables, tenants, jobs, parked } = this.data();
    return {
      ...{ progress, spread: this.data().partitions !== undefined },
      layouts: new FactLayouts([...layouts]),
      tables: [...tables].map(([name, { version, next }]) => ({ name, version, next })),
      tenants: [...tenants.values()].map(({ name, stamp }) => ({ name, stamp })),
      ...jobsOf([...jobs.values()].sort((a, b) => a.id - b.id)),
      parked: parked.toSorted((a, b) => (a.position < b.position ? -1 : 1)),
    };
  }

  override async rows(tables: readonly string[], persons: readonly number[]) {
    return tables.flatMap((table) =>
      [...this.data().tables.get(table)!.rows.current.values()]
        .filter(({ person }) => persons.includes(person))
        .map(({ person, key, columns, due }) => ({ table, person, key, columns, due })),
    );
  }

  override async overdue(tables: readonly string[], asOf: number, limit: number) {
    return tables.flatMap((table) =>
      [...this.data().tables.get(table)!.rows.current.values()]
        .filter(({ due }) => due !== null && due <= asOf)
        .sort((a, b) => a.due! - b.due!)
        .slice(0, limit)
        .map(({ tenant, customer }) => ({ tenant, customer })),
    );
  }

  /** Follows links from one customer to the next until no more are found. */
  private person({ tenant, customer }: CustomerRef): PersonRecord | undefined {
    const customers = this.data().customers.filter((one) => one.tenant === tenant);
    if (!customers.some(({ name }) => name === customer)) return undefined;
    const all = this.data().tenants.get(tenant)!.links;
    const names = new Set([customer]);
    for (let size = 0; size !== names.size;) {
      size = names.size;
      for (const { survivor, merged } of all) {
        if (names.has(survivor) || names.has(merged)) names.add(survivor).add(merged);
      }
    }
    return {
      customers: customers
        .filter(({ name }) => names.has(name))
        .map(recordOf)
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
      links: all.filter(({ survivor }) => names.has(survivor)),
    };
  }

  private timeline(number: number, part: 'all' | 'last' = 'all') {
    const customer = this.data().customers[number - 1]!;
    const chunks = [...customer.chunks.values()];
    return { customer: recordOf(customer), chunks: part === 'all' ? chunks : chunks.slice(-1) };
  }

  private found(table: string, tenant: string): readonly FoundRow[] {
    const stored = this.data().tables.get(table);
    if (stored?.version !== this.definitions.find(({ name }) => name === table)?.version)
      throw new LedgerError('view-rebuilding', `the table ${table} is being derived anew`, { table });
    return [...stored!.rows.current.values()]
      .filter((row) => row.tenant === tenant)
      .map(({ customer, key, columns, due }) => ({ customer, key, columns, due }));
  }
}

function recordOf({ number, name, heldAt, revision }: MemoryCustomer): CustomerRecord {
  return { number, name, heldAt, revision };
}
