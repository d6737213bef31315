import type {
  ListRow,
  LoadedState,
  OrderKey,
  SnapshotRecord,
  StateChange,
  StateKey,
  StateRequest,
  ViewHead,
} from '#event-sourcing';
import type { Connection, Row } from './connection.js';
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
    return { head: headFrom(row), cells: this.cells(tables, person.id, request.keys) };
  }

  save(change: StateChange): void {
    const person = this.personOf(change);
    const tables = this.generations.tables(change);
    const known = change.replace && this.connection.get(tables.selectHead, person.id) !== undefined;
    if (known || change.head === null) this.clear(tables, person);
    if (change.head === null) return;
    if (change.dropSnapshotsFrom !== undefined)
      this.dropSnapshots(tables, person.id, change.dropSnapshotsFrom);
    this.connection.run(
      tables.upsertHead,
      person.id,
      change.head.stamp,
      ...orderValues(change.head.last),
      change.head.count,
    );
    for (const [key, value] of change.cells) {
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

  private cells(
    tables: ViewTables,
    owner: number,
    keys: readonly string[] | 'all',
  ): ReadonlyMap<string, string> {
    if (keys === 'all') return new Map(this.connection.all(tables.selectCells, owner) as [string, string][]);
    const cells = new Map<string, string>();
    for (const key of keys) {
      const row: Row | undefined = this.connection.get(tables.selectCell, owner, key);
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

  private setRows(
    tables: ViewTables,
    person: Person,
    cell: string,
    rows: readonly ListRow[],
    isNew: boolean,
  ): void {
    if (!isNew) this.dropOtherRows(tables.generation, person, cell, rows);
    for (const row of rows) {
      const values = tables.columns.map((column) => row.columns[column] ?? null);
      this.connection.run(tables.upsertRow, person.tenant, person.name, cell, row.key, ...values);
    }
  }

  private dropOtherRows(generation: number, person: Person, cell: string, rows: readonly ListRow[]): void {
    const where = `DELETE FROM list_${generation} WHERE tenant = ? AND customer = ? AND cell = ?`;
    if (rows.length === 0) this.connection.run(where, person.tenant, person.name, cell);
    else {
      const keys = JSON.stringify(rows.map(({ key }) => key));
      const others = `${where} AND key NOT IN (SELECT value FROM json_each(?))`;
      this.connection.run(others, person.tenant, person.name, cell, keys);
    }
  }

  private personOf({ tenant, customer }: StateKey): Person {
    return this.directory.ensurePerson(this.directory.ensureTenant(tenant), customer, false);
  }
}
