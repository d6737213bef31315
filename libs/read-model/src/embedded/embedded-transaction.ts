import {
  ReadModelTransaction,
  type CustomerRef,
  type LinkRecord,
  type NewTimelineRow,
  type OrderKey,
  type ParkedRecord,
  type PolicyRecord,
  type Position,
  type Progress,
  type RetractionRecord,
  type StateChange,
  type StateKey,
  type StateRequest,
  type SweepRecord,
  type ViewHead,
} from '#event-sourcing';
import type { Connection } from './connection.js';
import type { Directory } from './directory.js';
import { Generations } from './generations.js';
import { bound, halves } from './positions.js';
import { readBuild } from './rebuild-progress.js';
import { StateStore } from './state-store.js';
import { TimelineStore } from './timeline-store.js';
import { parkedFrom, type ViewsReading } from './views-reading.js';

/** What a transaction works on: made once, since only one transaction is open at a time. */
export interface WritingSide {
  readonly connection: Connection;
  readonly directory: Directory;
  readonly generations: Generations;
  readonly reading: ViewsReading;
}

/** The writer's transaction on SQLite: every method is done when it returns, the promise is the port's. */
export class EmbeddedTransaction extends ReadModelTransaction {
  private readonly connection: Connection;
  private readonly directory: Directory;
  private readonly generations: Generations;
  private readonly reading: ViewsReading;
  private readonly lines: TimelineStore;
  private readonly states: StateStore;

  constructor({ connection, directory, generations, reading }: WritingSide) {
    super();
    this.connection = connection;
    this.directory = directory;
    this.generations = generations;
    this.reading = reading;
    this.lines = new TimelineStore(connection, directory);
    this.states = new StateStore(connection, directory, generations);
  }

  async progress() {
    return this.reading.progress();
  }

  async setProgress({ checkpoint, recorded, lastEventId, factsStamp, tickedAt, counts }: Progress) {
    this.connection.run(
      `UPDATE progress SET checkpoint = ?, recorded = ?, last_event = ?, facts_stamp = ?, ticked_at = ?, read = ?, timeline = ?, duplicates = ?, policies = ?,
       ignored = ?, parked = ?`,
      bound(checkpoint),
      bound(recorded),
      lastEventId,
      factsStamp,
      tickedAt,
      counts.read,
      counts.timeline,
      counts.duplicates,
      counts.policies,
      counts.ignored,
      counts.parked,
    );
  }

  async survivors(customers: readonly CustomerRef[]) {
    return customers.map((customer) => this.lines.survivorOf(customer));
  }

  async insertTimeline(rows: readonly NewTimelineRow[]) {
    return this.lines.insert(rows);
  }

  async rowsOf(survivor: CustomerRef, after: OrderKey | undefined, limit: number) {
    return this.lines.rowsOf(survivor, after, limit);
  }

  async findEvent(survivor: CustomerRef, eventId: string) {
    return this.lines.findEvent(survivor, eventId);
  }

  async setRetracted(survivor: CustomerRef, event: OrderKey, at: Position | null) {
    this.lines.setRetracted(survivor, event, at);
  }

  async addRetractions(records: readonly RetractionRecord[]) {
    this.lines.addRetractions(records);
  }

  async retractionsOf(tenant: string, targets: readonly string[]) {
    return this.lines.retractionsOf(tenant, targets);
  }

  async retractionsBy(tenant: string, customers: readonly string[]) {
    return this.lines.retractionsBy(tenant, customers);
  }

  async addLinks(records: readonly (LinkRecord & { readonly tenant: string })[]) {
    for (const link of records) {
      const tenant = this.directory.ensureTenant(link.tenant);
      this.connection.run(
        'INSERT OR IGNORE INTO link VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
        tenant,
        link.eventId,
        link.occurredAt,
        link.sequence,
        link.step,
        link.type,
        this.directory.ensurePerson(tenant, link.survivor, false).id,
        this.directory.ensurePerson(tenant, link.merged, false).id,
        bound(link.position),
      );
    }
  }

  async links(tenant: string, customer: string) {
    return this.reading.links(tenant, customer, LAST);
  }

  async regroup(tenant: string, survivorOf: ReadonlyMap<string, string>) {
    return this.lines.regroup(tenant, survivorOf);
  }

  async addPolicies(records: readonly (PolicyRecord & { readonly tenant: string })[]) {
    return records.map(
      (record) =>
        this.connection.run(
          'INSERT OR IGNORE INTO policy VALUES (?, ?, ?, ?, ?, ?, ?)',
          this.directory.ensureTenant(record.tenant),
          bound(record.position),
          record.eventId,
          record.type,
          record.recordedAt,
          record.effectiveFrom,
          record.data,
        ) === 1,
    );
  }

  async policies(tenant: string) {
    return this.reading.policies(tenant, LAST);
  }

  async load(requests: readonly StateRequest[]) {
    return requests.map((request) => this.states.load(request));
  }

  async snapshotBefore(state: StateKey, order: OrderKey) {
    return this.states.snapshotBefore(state, order);
  }

  async snapshotCells(state: StateKey, snapshot: ViewHead, keys: readonly string[]) {
    return this.states.snapshotCells(state, snapshot, keys);
  }

  async save(changes: readonly StateChange[]) {
    for (const change of changes) this.states.save(change);
  }

  async park(records: readonly ParkedRecord[]) {
    for (const { tenant, customer, view, position, eventId, reason, since } of records) {
      this.connection.run(
        'INSERT OR REPLACE INTO parked VALUES (?, ?, ?, ?, ?, ?, ?)',
        tenant,
        customer,
        view ?? '',
        bound(position),
        eventId,
        reason,
        since,
      );
    }
  }

  async unpark({ tenant, customer }: CustomerRef) {
    return this.connection
      .all(
        `DELETE FROM parked WHERE tenant = ? AND customer = ?
         RETURNING tenant, customer, view, ${halves('position')}, event, reason, since`,
        tenant,
        customer,
      )
      .map(parkedFrom);
  }

  async unparkView(view: string) {
    return this.connection
      .all('DELETE FROM parked WHERE view = ? RETURNING tenant, customer', view)
      .map(([tenant, customer]) => ({ tenant, customer }) as CustomerRef);
  }

  async parkedAmong(survivors: readonly CustomerRef[]) {
    if (this.connection.get('SELECT 1 FROM parked LIMIT 1') === undefined) return [];
    return survivors.flatMap(({ tenant, customer }) =>
      this.connection
        .all(
          `SELECT p.view FROM tenant t JOIN customer s ON s.tenant = t.id AND s.name = ?
           JOIN customer c ON c.id = s.id OR c.survivor = s.id JOIN parked p ON p.tenant = t.name AND p.customer = c.name WHERE t.name = ?`,
          customer,
          tenant,
        )
        .map(([view]) => ({ tenant, customer, view: view === '' ? null : (view as string) })),
    );
  }

  async heldViews() {
    return this.generations.heldViews();
  }

  async hold(views: readonly string[]) {
    this.generations.hold(views);
  }

  async beginBuild(views: readonly string[], startedAt: string) {
    this.generations.begin(views, startedAt);
  }

  async build() {
    return readBuild(this.connection);
  }

  async scan(events: number) {
    const { customers, last } = this.lines.scan(readBuild(this.connection)?.cursor ?? 0, events);
    return { customers, cursor: last ?? Generations.END };
  }

  async advanceBuild(cursor: number, customers: number, events: number) {
    this.generations.advance(cursor, customers, events);
  }

  async finishBuild() {
    this.generations.finish();
  }

  async sweeps(): Promise<readonly SweepRecord[]> {
    return this.connection
      .all(
        'SELECT tenant.name, sweep.stamp, sweep.after FROM sweep JOIN tenant ON tenant.id = sweep.tenant ORDER BY tenant.name',
      )
      .map(([tenant, stamp, after]) => ({ tenant, stamp, after }) as SweepRecord);
  }

  async setSweep({ tenant, stamp, after }: SweepRecord) {
    const id = this.directory.ensureTenant(tenant);
    this.connection.run('INSERT OR REPLACE INTO sweep VALUES (?, ?, ?)', id, stamp, after);
  }

  async endSweep(tenant: string, stamp: string) {
    const id = this.directory.ensureTenant(tenant);
    this.connection.run('DELETE FROM sweep WHERE tenant = ?', id);
    this.connection.run('UPDATE tenant SET stamp = ? WHERE id = ?', stamp, id);
  }

  async stampOf(tenant: string) {
    const row = this.connection.get('SELECT stamp FROM tenant WHERE name = ?', tenant);
    return (row?.[0] as string | null | undefined) ?? undefined;
  }

  async tenants() {
    return this.reading.tenants();
  }

  async customers(tenant: string, after: string, limit: number) {
    return this.reading.survivors(tenant, after, limit);
  }
}

/** The writer sees everything recorded, also what readers are not shown yet. */
const LAST: Position = 9_223_372_036_854_775_807n;
