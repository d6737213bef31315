import type { ParkedRecord } from '#event-sourcing';
import type { ChunkChange } from '#journey';
import type { DerivedTable } from '#views';
import { MemoryData, MemoryStoredState, type MemoryTenant, newTable } from './memory-stored-state.js';
import { MemorySpreadWriting } from './spread/memory-spread-writing.js';
import { ReadModel, type ReadModelChange, type RowsChange } from './read-model.js';

/** The readable reference of a read model: what every engine must do, in memory, for tests. */
export class MemoryReadModel extends ReadModel {
  override readonly stored: MemoryStoredState;
  override readonly spreading: MemorySpreadWriting;

  constructor(
    private readonly definitions: readonly DerivedTable[],
    private data = new MemoryData(definitions),
  ) {
    super();
    this.stored = new MemoryStoredState(() => this.data, definitions);
    this.spreading = new MemorySpreadWriting(() => this.data);
  }

  /** What is stored, as a program with other tables finds it. */
  reopened(definitions: readonly DerivedTable[]): MemoryReadModel {
    return new MemoryReadModel(definitions, this.data);
  }

  override async commit(change: ReadModelChange) {
    this.spreading.check(change);
    const { commits } = this.data.progress;
    if (change.reset) this.data = new MemoryData(this.definitions);
    const { customers, layouts, jobs } = this.data;
    if (change.spread === undefined || change.reset)
      this.data.progress = { ...change.progress, commits: commits + 1 };
    else this.spreading.advance(change.spread, change.progress);
    if (change.layout !== undefined) layouts.push(change.layout);
    for (const { number, tenant, name } of change.customers ?? []) {
      this.tenant(tenant);
      customers[number - 1] = { number, tenant, name, heldAt: null, revision: 0, chunks: new Map() };
    }
    for (const { customer, heldAt } of change.held ?? []) customers[customer - 1]!.heldAt = heldAt;
    for (const { customer, change: chunks } of change.chunks ?? []) this.putChunks(customer, chunks);
    this.putTenants(change);
    for (const record of change.unparked ?? []) this.unpark(record);
    for (const record of change.parked ?? []) this.park(record);
    for (const { name, version } of change.begun ?? []) this.beginTable(name, version);
    for (const rows of change.rows ?? []) this.putRows(rows);
    for (const name of change.finished ?? []) this.finishTable(name);
    for (const name of change.abandoned ?? []) this.abandonTable(name);
    for (const job of [...(change.jobs ?? []), ...(change.endedJobs ?? [])]) jobs.set(job.id, job);
    for (const id of change.forgottenJobs ?? []) jobs.delete(id);
  }

  override async close() {
    // Nothing to close.
  }

  private tenant(name: string): MemoryTenant {
    const { tenants } = this.data;
    let tenant = tenants.get(name);
    if (tenant === undefined) {
      tenant = { name, facts: 0, lastAt: null, stamp: null, policies: [], links: [] };
      tenants.set(name, tenant);
    }
    return tenant;
  }

  private putTenants({ tenants = [], stamps = [], policies = [], links = [] }: ReadModelChange): void {
    for (const { name, facts, lastAt } of tenants) {
      const tenant = this.tenant(name);
      tenant.facts += facts;
      tenant.lastAt = Math.max(tenant.lastAt ?? -Infinity, lastAt);
    }
    for (const { tenant, stamp } of stamps) this.tenant(tenant).stamp = stamp;
    for (const { tenant, ...policy } of policies) this.tenant(tenant).policies.push(policy);
    for (const { tenant, ...link } of links) {
      const { links: known } = this.tenant(tenant);
      if (!known.some(({ eventId }) => eventId === link.eventId)) known.push(link);
    }
  }

  private beginTable(name: string, version: number): void {
    const { tables } = this.data;
    const table = tables.get(name) ?? newTable(0);
    table.next = version;
    table.rows.next = new Map();
    tables.set(name, table);
  }

  private finishTable(name: string): void {
    const table = this.data.tables.get(name)!;
    table.version = table.next!;
    table.rows.current = table.rows.next;
    this.abandonTable(name);
  }

  private abandonTable(name: string): void {
    const table = this.data.tables.get(name)!;
    table.next = null;
    table.rows.next = new Map();
  }

  private putChunks(number: number, { chunks, cut = Infinity }: ChunkChange): void {
    const customer = this.data.customers[number - 1]!;
    const stored = new Map([...customer.chunks].filter(([one]) => one < cut));
    for (const chunk of chunks) stored.set(chunk.number, chunk);
    customer.chunks = new Map([...stored].sort(([a], [b]) => a - b));
  }

  private putRows({ table, generation, tenant, person, put, gone }: RowsChange): void {
    const rows = this.data.tables.get(table)!.rows[generation];
    for (const [at, { person: owner, key }] of rows) {
      if (owner === person.number && (gone === 'all' || gone.includes(key))) rows.delete(at);
    }
    for (const { row } of put) {
      const stored = { ...row, tenant, customer: person.name, person: person.number };
      rows.set(`${person.number} ${row.key}`, stored);
    }
  }

  private park(record: ParkedRecord): void {
    this.unpark(record);
    this.data.parked = [...this.data.parked, record];
  }

  private unpark({ tenant, customer, view, position }: ParkedRecord): void {
    this.data.parked = this.data.parked.filter(
      (one) =>
        one.tenant !== tenant ||
        one.customer !== customer ||
        one.view !== view ||
        (view === null && one.position !== position),
    );
  }
}
