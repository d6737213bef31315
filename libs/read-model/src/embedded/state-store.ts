import {
  ROOT,
  type ListRow,
  type LoadedState,
  type OrderKey,
  type SnapshotRecord,
  type StateChange,
  type StateKey,
  type StateRequest,
  type ViewHead,
} from '#event-sourcing';
import type { Connection } from './connection.js';
import type { Directory, Person } from './directory.js';
import type { Generations } from './generations.js';
import { orderValues } from './timeline-reading.js';
import type { ViewTables } from './view-tables.js';
import { headFrom } from './views-reading.js';

/** Customers' folded states: heads, cells, snapshots and list rows, written and read in the writer's transaction. */
export class StateStore {
  constructor(
    private readonly connection: Connection,
    private readonly directory: Directory,
    private readonly generations: Generations,
  ) {}

  load(request: StateRequest): LoadedState | undefined {
    const person = this.personOf(request);
    if (this.generations.isPending(request.generation, person.id)) return undefined;
    const tables = this.generations.tables(request);
    const row = this.connection.get(tables.selectHead, person.id);
    if (row === undefined) return { head: undefined, cells: new Map() };
    return {
      head: headFrom(row),
      cells: this.cells(tables, person.id, request.keys, row[6] as string | null),
    };
  }

  save(change: StateChange): void {
    const person = this.personOf(change);
    const tables = this.generations.tables(change);
    const known = change.replace && this.connection.get(tables.selectHead, person.id) !== undefined;
    if (known || change.head === null) this.clear(tables, person);
    if (change.head === null) return;
    if (change.dropSnapshotsFrom !== undefined)
      this.dropSnapshots(tables, person.id, change.dropSnapshotsFrom);
    this.setHead(tables, person.id, change.head, change.cells.get(ROOT));
    for (const [key, value] of change.cells) {
      if (key === ROOT) continue;
      if (value === null) this.connection.run(tables.deleteCell, person.id, key);
      else this.connection.run(tables.upsertCell, person.id, key, value);
    }
    for (const [cell, rows] of change.rows) this.setRows(tables, person, cell, rows, change.replace);
    for (const snapshot of change.snapshots) this.addSnapshot(tables, person.id, snapshot);
  }

  snapshotBefore(state: StateKey, order: OrderKey): ViewHead | undefined {
    const person = this.personOf(state);
    const { generation } = this.generations.tables(state);
    const row = this.connection.get(
      `SELECT stamp, at, sequence, step, event, count FROM snapshot_${generation}
       WHERE owner = ? AND (at, sequence, step, event) < (?, ?, ?, ?) ORDER BY at DESC, sequence DESC, step DESC, event DESC LIMIT 1`,
      person.id,
      ...orderValues(order),
    );
    return row === undefined ? undefined : headFrom(row);
  }

  snapshotCells(state: StateKey, snapshot: ViewHead, keys: readonly string[]): ReadonlyMap<string, string> {
    const person = this.personOf(state);
    const { generation } = this.generations.tables(state);
    const cells = new Map<string, string>();
    for (const key of keys) {
      const row = this.connection.get(
        `SELECT value FROM snapshot_cell_${generation} WHERE owner = ? AND key = ? AND count <= ? ORDER BY count DESC LIMIT 1`,
        person.id,
        key,
        snapshot.count,
      );
      const value = row?.[0];
      if (typeof value === 'string') cells.set(key, value);
    }
    return cells;
  }

  /** Sets the head, and the root cell with it unless that is undefined. */
  private setHead(tables: ViewTables, owner: number, head: ViewHead, root: string | null | undefined): void {
    const sql = root === undefined ? tables.upsertHead : tables.upsertHeadAndRoot;
    this.connection.run(sql, owner, head.stamp, ...orderValues(head.last), head.count, root ?? null);
  }

  private cells(
    tables: ViewTables,
    owner: number,
    keys: readonly string[] | 'all',
    root: string | null,
  ): ReadonlyMap<string, string> {
    const cells = new Map<string, string>();
    if (root !== null && (keys === 'all' || keys.includes(ROOT))) cells.set(ROOT, root);
    if (keys === 'all') {
      for (const [key, value] of this.connection.all(tables.selectCells, owner))
        cells.set(key as string, value as string);
      return cells;
    }
    for (const key of keys) {
      if (key === ROOT) continue;
      const row = this.connection.get(tables.selectCell, owner, key);
      if (row !== undefined) cells.set(key, row[0] as string);
    }
    return cells;
  }

  private clear({ generation, list }: ViewTables, person: Person): void {
    for (const table of ['head', 'cell', 'snapshot', 'snapshot_cell']) {
      this.connection.run(`DELETE FROM ${table}_${generation} WHERE owner = ?`, person.id);
    }
    if (list === undefined) return;
    this.connection.run(
      `DELETE FROM list_${generation} WHERE tenant = ? AND customer = ?`,
      person.tenant,
      person.name,
    );
  }

  private dropSnapshots({ generation }: ViewTables, owner: number, from: OrderKey): void {
    const first = this.connection.get(
      `SELECT MIN(count) FROM snapshot_${generation} WHERE owner = ? AND (at, sequence, step, event) >= (?, ?, ?, ?)`,
      owner,
      ...orderValues(from),
    )?.[0] as number | null;
    if (first === null) return;
    this.connection.run(`DELETE FROM snapshot_${generation} WHERE owner = ? AND count >= ?`, owner, first);
    this.connection.run(
      `DELETE FROM snapshot_cell_${generation} WHERE owner = ? AND count >= ?`,
      owner,
      first,
    );
  }

  private addSnapshot(tables: ViewTables, owner: number, { head, changed }: SnapshotRecord): void {
    this.connection.run(tables.insertSnapshot, owner, ...orderValues(head.last), head.stamp, head.count);
    for (const [key, value] of changed)
      this.connection.run(tables.insertSnapshotCell, owner, key, head.count, value);
  }

  /** Puts a cell's rows in the place of those it had; what stays as it is costs no write. */
  private setRows(
    tables: ViewTables,
    person: Person,
    cell: string,
    rows: readonly ListRow[],
    isNew: boolean,
  ): void {
    const place = [person.tenant, person.name, cell] as const;
    const before = new Map(
      isNew ? [] : this.connection.all(tables.selectRows, ...place).map((row) => [row[0], row]),
    );
    for (const row of rows) {
      const old = before.get(row.key);
      before.delete(row.key);
      const values = tables.columns.map((column) => row.columns[column] ?? null);
      if (old === undefined) {
        this.connection.run(tables.insertRow, ...place, row.key, ...values);
        continue;
      }
      const changed: number[] = [];
      for (let at = 0; at < values.length; at++) if (values[at] !== old[at + 1]) changed.push(at);
      if (changed.length === 0) continue;
      this.connection.run(
        tables.updateRow(changed),
        ...changed.map((at) => values[at] ?? null),
        ...place,
        row.key,
      );
    }
    for (const key of before.keys()) this.connection.run(tables.deleteRow, ...place, key as string);
  }

  private personOf({ tenant, customer }: StateKey): Person {
    return this.directory.ensurePerson(this.directory.ensureTenant(tenant), customer, false);
  }
}
