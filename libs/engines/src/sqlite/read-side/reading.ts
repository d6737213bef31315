import {
  LedgerError,
  type LinkRecord,
  type ParkedRecord,
  type PolicyRecord,
  storedPosition,
} from '#event-sourcing';
import { type Chunk, type FactLayout, FactLayouts } from '#journey';
import type {
  Generation,
  JobRecord,
  Progress,
  ScannedAll,
  StoredRow,
  StoredTable,
  TenantStamp,
} from '#projector';
import type {
  AggregateGroup,
  AggregateQuery,
  ColumnValue,
  CustomerRecord,
  CustomerTimeline,
  DerivedTable,
  FoundRow,
  ListQuery,
  PersonRecord,
  ScannedPage,
  TenantRecord,
} from '#views';
import type { Connection, Row } from './connection.js';
import { checkRow, chunkCrc, damaged } from './damage.js';
import { ListSql } from './list-sql.js';
import { rowsName } from './schema.js';

/** A chunk's id is its customer's number times this plus its own. */
export const CHUNKS_A_CUSTOMER = 2 ** 20;

const CUSTOMER = 'SELECT id, name, held_at, linked FROM customer';

/** Everything that is read of the read side, on one connection, of the moment that its transaction sees. */
export class Reading {
  private readonly definitions: ReadonlyMap<string, DerivedTable>;

  constructor(
    private readonly connection: Connection,
    tables: readonly DerivedTable[],
  ) {
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

  layouts(): FactLayouts {
    const rows = this.connection.all('SELECT stamp, kinds FROM layout ORDER BY stamp');
    return new FactLayouts(
      rows.map(([stamp, kinds]) => ({
        stamp: stamp as number,
        kinds: this.connection.parsed(kinds) as FactLayout['kinds'],
      })),
    );
  }

  tenants(): readonly TenantStamp[] {
    const rows = this.connection.all('SELECT name, stamp FROM tenant ORDER BY id');
    return rows.map(([name, stamp]) => ({ name: name as string, stamp: stamp as string | null }));
  }

  tenant(name: string): TenantRecord | undefined {
    const row = this.connection.get('SELECT id, facts, last_at FROM tenant WHERE name = ?', name);
    if (row === undefined) return undefined;
    const [id, facts, lastAt] = row as [number, number, number | null];
    const policyPending = this.jobs().some((job) => job.kind === 'policies' && job.tenant === name);
    return { name, facts, lastAt, policies: this.policies(id), policyPending };
  }

  people(tenant: string, names: readonly string[]): readonly (PersonRecord | undefined)[] {
    const id = this.tenantId(tenant);
    return names.map((name) => (id === undefined ? undefined : this.person(id, name)));
  }

  timelines(customers: readonly CustomerRecord[]): readonly CustomerTimeline[] {
    return customers.map((customer) => ({ customer, chunks: this.chunks(customer) }));
  }

  fingerprints(customers: readonly CustomerRecord[]): readonly string[] {
    return customers.map(({ number }) => {
      const from = number * CHUNKS_A_CUSTOMER;
      const [count, crcs, held] = this.connection.get(
        'SELECT COUNT(*), SUM(crc * (id & 1048575) + crc), (SELECT held_at FROM customer WHERE id = ?) FROM chunk WHERE id >= ? AND id < ?',
        number,
        from,
        from + CHUNKS_A_CUSTOMER,
      )!;
      return `${String(count)}-${String(crcs)}-${String(held)}`;
    });
  }

  lastChunks(customers: readonly number[]): readonly (Chunk | undefined)[] {
    return customers.map((number) => {
      const from = number * CHUNKS_A_CUSTOMER;
      const row = this.connection.get(
        'SELECT id, crc, facts FROM chunk WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT 1',
        from,
        from + CHUNKS_A_CUSTOMER,
      );
      return row === undefined ? undefined : this.chunkOf(row);
    });
  }

  scan(tenant: string, after: number, facts: number): ScannedPage {
    const id = this.tenantId(tenant);
    if (id === undefined) return { timelines: [], next: null };
    const rows = this.connection.all(
      `${CUSTOMER} WHERE tenant = ? AND id > ? ORDER BY id LIMIT ?`,
      ...[id, after, customersFor(facts)],
    );
    return this.scanned(rows.map(customerOf), facts, customersFor(facts));
  }

  scanAll(after: number, facts: number): ScannedAll {
    const rows = this.connection.all(
      'SELECT c.id, c.name, c.held_at, c.linked, t.name FROM customer c JOIN tenant t ON t.id = c.tenant WHERE c.id > ? ORDER BY c.id LIMIT ?',
      ...[after, customersFor(facts)],
    );
    const { timelines, next } = this.scanned(rows.map(customerOf), facts, customersFor(facts));
    return {
      timelines: timelines.map((timeline, i) => ({ ...timeline, tenant: rows[i]![4] as string })),
      next,
    };
  }

  list(table: string, query: ListQuery): readonly FoundRow[] {
    const id = this.tenantId(query.tenant);
    return id === undefined ? [] : this.sqlOf(table).rows(id, query);
  }

  aggregate(table: string, queries: readonly AggregateQuery[]): readonly (readonly AggregateGroup[])[] {
    return queries.map((query) => {
      const id = this.tenantId(query.tenant);
      return id === undefined ? [] : this.sqlOf(table).groups(id, query);
    });
  }

  storedTables(): readonly StoredTable[] {
    const rows = this.connection.all('SELECT name, version, next_version FROM derived ORDER BY name');
    return rows.map(([name, version, next]) => ({
      name: name as string,
      version: version as number,
      next: next as number | null,
    }));
  }

  rows(table: string, generation: Generation, persons: readonly number[]): readonly StoredRow[] {
    const names = Object.keys(this.definition(table).columns);
    const columns = names.map((name) => `, "${name}"`).join('');
    const sql = `SELECT key, tenant, customer, due${columns}, crc FROM ${this.rowsName(table, generation)} WHERE person = ?`;
    return persons.flatMap((person) =>
      this.connection.all(sql, person).map((row) => {
        const [key, tenant, customer, due] = row as [string, number, string, number | null];
        const values = row.slice(4, -1) as ColumnValue[];
        checkRow(this.connection, table, { person, key, tenant, customer, due, values }, row.at(-1));
        return { person, key, due, columns: Object.fromEntries(names.map((name, i) => [name, values[i]!])) };
      }),
    );
  }

  overdue(table: string, asOf: number, limit: number) {
    const rows = this.connection.all(
      `SELECT t.name, r.customer FROM ${this.rowsName(table, 'current')} r JOIN tenant t ON t.id = r.tenant WHERE r.due <= ? ORDER BY r.due LIMIT ?`,
      asOf,
      limit,
    );
    return rows.map(([tenant, customer]) => ({ tenant: tenant as string, customer: customer as string }));
  }

  jobs(): readonly JobRecord[] {
    const rows = this.connection.all('SELECT record FROM job ORDER BY id');
    return rows.map(([record]) => this.connection.parsed(record) as JobRecord);
  }

  parked(): readonly ParkedRecord[] {
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

  private chunks({ number }: CustomerRecord): readonly Chunk[] {
    const from = number * CHUNKS_A_CUSTOMER;
    const rows = this.connection.all(
      'SELECT id, crc, facts FROM chunk WHERE id >= ? AND id < ? ORDER BY id',
      from,
      from + CHUNKS_A_CUSTOMER,
    );
    return rows.map((row) => this.chunkOf(row));
  }

  /** A chunk as read. Throws `customer-damaged` for bytes that are not those that were written. */
  private chunkOf([id, crc, facts]: Row): Chunk {
    const bytes = facts as Uint8Array;
    if (chunkCrc(id as number, bytes) !== crc)
      throw damaged(
        this.connection,
        Math.floor((id as number) / CHUNKS_A_CUSTOMER),
        'a chunk of the timeline',
      );
    return { number: (id as number) % CHUNKS_A_CUSTOMER, bytes };
  }

  /** The timelines of customers, one after another, until enough facts were read. */
  private scanned(customers: readonly CustomerRecord[], facts: number, most: number): ScannedPage {
    const timelines: CustomerTimeline[] = [];
    let bytes = 0;
    for (const customer of customers) {
      const chunks = this.chunks(customer);
      timelines.push({ customer, chunks });
      bytes += chunks.reduce((sum, chunk) => sum + chunk.bytes.length, 0);
      if (bytes >= facts * BYTES_A_FACT) break;
    }
    const isEnd = customers.length < most && timelines.length === customers.length;
    return { timelines, next: isEnd ? null : timelines.at(-1)!.customer.number };
  }
}

/** About so many bytes a fact takes in a chunk. */
const BYTES_A_FACT = 40;

/** Customers looked at to find this many facts: some have few. */
const customersFor = (facts: number): number => Math.max(1, Math.min(facts, 5_000));

function customerOf([id, name, heldAt]: Row): CustomerRecord {
  return { number: id as number, name: name as string, heldAt: heldAt as number | null };
}
