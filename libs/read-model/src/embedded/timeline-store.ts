import {
  type CustomerRef,
  type NewTimelineRow,
  type OrderKey,
  type Position,
  type Regrouped,
  type RetractionRecord,
  type ScannedCustomer,
  type TimelineRow,
} from '#event-sourcing';
import type { SQLInputValue } from 'node:sqlite';
import type { Connection, Row } from './connection.js';
import type { Directory, Person } from './directory.js';
import { bound, halves, positionFrom } from './positions.js';
import { Names, orderValues, TIMELINE_COLUMNS, timelineRow } from './timeline-reading.js';

const ORDER = 'at, sequence, step, event';

/** The timeline and what changes it: rows, retractions, regrouping. In the writer's transaction. */
export class TimelineStore {
  constructor(
    private readonly connection: Connection,
    private readonly directory: Directory,
  ) {}

  survivorOf({ tenant, customer }: CustomerRef): string {
    const id = this.directory.tenantId(tenant);
    const person = id === undefined ? undefined : this.directory.person(id, customer);
    return person === undefined || person.owner === person.id
      ? customer
      : this.directory.byId(person.owner).name;
  }

  insert(rows: readonly NewTimelineRow[]): readonly boolean[] {
    const added = new Map<number, { events: number; lastAt: number }>();
    const inserted = rows.map((row) => {
      const tenant = this.directory.ensureTenant(row.tenant);
      const isNew = this.insertOne(row, this.directory.ensurePerson(tenant, row.customer, true));
      if (isNew) {
        const sum = added.get(tenant);
        if (sum === undefined) added.set(tenant, { events: 1, lastAt: row.occurredAt });
        else {
          sum.events += 1;
          sum.lastAt = Math.max(sum.lastAt, row.occurredAt);
        }
      }
      return isNew;
    });
    for (const [tenant, { events, lastAt }] of added) {
      this.connection.run(
        'UPDATE tenant SET events = events + ?, last_at = MAX(COALESCE(last_at, ?), ?) WHERE id = ?',
        events,
        lastAt,
        lastAt,
        tenant,
      );
    }
    return inserted;
  }

  rowsOf(survivor: CustomerRef, after: OrderKey | undefined, limit: number): readonly TimelineRow[] {
    const owner = this.find(survivor);
    if (owner === undefined) return [];
    const behind = after === undefined ? '' : `AND (${ORDER}) > (?, ?, ?, ?)`;
    const values: SQLInputValue[] = after === undefined ? [owner.id] : [owner.id, ...orderValues(after)];
    const rows = this.connection.all(
      `SELECT ${TIMELINE_COLUMNS} FROM timeline WHERE owner = ? ${behind} AND retracted IS NULL ORDER BY ${ORDER} LIMIT ?`,
      ...values,
      limit,
    );
    const names = new Names(this.directory);
    return rows.map((row) => timelineRow(row, names.of(row[1] as number)));
  }

  findEvent(survivor: CustomerRef, eventId: string): TimelineRow | undefined {
    const owner = this.find(survivor);
    if (owner === undefined) return undefined;
    // No index by event id: it would cost every insert a random page, and only retractions would use it.
    const row = this.connection.get(
      `SELECT ${TIMELINE_COLUMNS} FROM timeline WHERE owner = ? AND event = ? LIMIT 1`,
      owner.id,
      eventId,
    );
    return row === undefined ? undefined : timelineRow(row, this.directory.byId(row[1] as number).name);
  }

  setRetracted(survivor: CustomerRef, event: OrderKey, at: Position | null): void {
    this.connection.run(
      `UPDATE timeline SET retracted = ? WHERE owner = ? AND at = ? AND sequence = ? AND step = ? AND event = ?`,
      at === null ? null : bound(at),
      this.find(survivor)?.id ?? -1,
      ...orderValues(event),
    );
  }

  addRetractions(records: readonly RetractionRecord[]): void {
    for (const { tenant, customer, target, position } of records) {
      const id = this.directory.ensureTenant(tenant);
      this.connection.run(
        'INSERT INTO retraction VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET position = MIN(position, excluded.position)',
        id,
        target,
        this.directory.ensurePerson(id, customer, false).id,
        bound(position),
      );
    }
  }

  retractionsOf(tenant: string, targets: readonly string[]): readonly RetractionRecord[] {
    const id = this.directory.tenantId(tenant);
    if (id === undefined || !this.hasRetractions()) return [];
    return targets.flatMap((target) => this.retractions(tenant, 'r.tenant = ? AND r.target = ?', id, target));
  }

  retractionsBy(tenant: string, customers: readonly string[]): readonly RetractionRecord[] {
    if (!this.hasRetractions()) return [];
    return customers.flatMap((customer) =>
      this.retractions(tenant, 'r.person = ?', this.find({ tenant, customer })?.id ?? -1),
    );
  }

  /** Moves events from owner to owner; what moves of one customer is answered with the earliest of it. */
  regroup(tenant: string, survivorOf: ReadonlyMap<string, string>): readonly Regrouped[] {
    const id = this.directory.ensureTenant(tenant);
    const moved: Regrouped[] = [];
    for (const [customer, survivor] of survivorOf) {
      const person = this.directory.ensurePerson(id, customer, false);
      const owner = this.directory.ensurePerson(id, survivor, false);
      if (person.owner === owner.id) continue;
      const from = this.directory.byId(person.owner).name;
      const first = this.connection.get(
        `SELECT ${ORDER} FROM timeline WHERE owner = ? AND person = ? ORDER BY ${ORDER} LIMIT 1`,
        person.owner,
        person.id,
      );
      this.connection.run(
        'UPDATE timeline SET owner = ? WHERE owner = ? AND person = ?',
        owner.id,
        person.owner,
        person.id,
      );
      this.directory.setOwner(person, owner.id);
      moved.push({ customer, from, to: survivor, first: first === undefined ? undefined : orderFrom(first) });
    }
    return moved;
  }

  /** The owners behind the cursor with their rows; the last one is left for the next time when it may be cut. */
  scan(
    cursor: number,
    limit: number,
  ): { readonly customers: readonly ScannedCustomer[]; readonly last: number | undefined } {
    const rows = this.connection.all(
      `SELECT ${TIMELINE_COLUMNS} FROM timeline WHERE owner > ? AND retracted IS NULL ORDER BY owner, ${ORDER} LIMIT ?`,
      cursor,
      limit,
    );
    if (rows.length === 0) return { customers: [], last: undefined };
    const groups = grouped(rows);
    const cut = rows.length === limit;
    if (cut && groups.length > 1) groups.pop();
    const complete = !cut || groups.length > 1 || groups[0]!.length < rows.length;
    const names = new Names(this.directory);
    const customers = groups.map((group) => this.scanned(group, complete, names));
    return { customers, last: groups.at(-1)![0]![0] as number };
  }

  private insertOne(row: NewTimelineRow, person: Person): boolean {
    const changes = this.connection.run(
      'INSERT OR IGNORE INTO timeline VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      person.owner,
      row.occurredAt,
      row.sequence,
      row.step,
      row.eventId,
      person.id,
      row.type,
      bound(row.position),
      row.retractedAt === null ? null : bound(row.retractedAt),
      row.facts,
    );
    return changes === 1;
  }

  /** Most ledgers have none: then nothing is looked up by event. */
  private hasRetractions(): boolean {
    return this.connection.get('SELECT 1 FROM retraction LIMIT 1') !== undefined;
  }

  private scanned(rows: readonly Row[], complete: boolean, names: Names): ScannedCustomer {
    const owner = this.directory.byId(rows[0]![0] as number);
    return {
      tenant: this.tenantName(owner.tenant),
      customer: owner.name,
      rows: rows.map((row) =>
        timelineRow(row, row[1] === owner.id ? owner.name : names.of(row[1] as number)),
      ),
      complete,
    };
  }

  private tenantName(id: number): string {
    return this.connection.get('SELECT name FROM tenant WHERE id = ?', id)![0] as string;
  }

  private retractions(tenant: string, where: string, ...values: SQLInputValue[]): RetractionRecord[] {
    return this.connection
      .all(
        `SELECT c.name, r.target, ${halves('r.position')} FROM retraction r JOIN customer c ON c.id = r.person WHERE ${where}`,
        ...values,
      )
      .map((row) => ({
        tenant,
        customer: row[0] as string,
        target: row[1] as string,
        position: positionFrom(row[2], row[3]),
      }));
  }

  private find({ tenant, customer }: CustomerRef): Person | undefined {
    const id = this.directory.tenantId(tenant);
    return id === undefined ? undefined : this.directory.person(id, customer);
  }
}

/** Rows of one owner after another, as they lie. */
function grouped(rows: readonly Row[]): Row[][] {
  const groups: Row[][] = [];
  let owner: unknown;
  for (const row of rows) {
    if (row[0] !== owner) groups.push([]);
    owner = row[0];
    groups.at(-1)!.push(row);
  }
  return groups;
}

function orderFrom([at, sequence, step, event]: Row): OrderKey {
  return {
    occurredAt: at as number,
    sequence: sequence as number,
    step: step as number,
    eventId: event as string,
  };
}
