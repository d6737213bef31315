import {
  LedgerError,
  ROOT,
  type AggregateGroup,
  type AggregateQuery,
  type EventCounts,
  type FoundRow,
  type LinkRecord,
  type ListQuery,
  type OrderKey,
  type ParkedRecord,
  type PolicyRecord,
  type Position,
  type Progress,
  type ProjectionRecord,
  type TimelineQuery,
  type TimelineRow,
  type ViewDefinition,
  type ViewHead,
} from '#event-sourcing';
import type { SQLInputValue } from 'node:sqlite';
import type { Connection, Row } from './connection.js';
import type { Directory } from './directory.js';
import { ListReading } from './list-reading.js';
import { bound, halves, positionFrom } from './positions.js';
import { rebuildOf } from './rebuild-progress.js';
import { orderValues, readTimeline } from './timeline-reading.js';

/** Greater than every position. */
const NO_END = 9_223_372_036_854_775_807n;

/** Every question to views.sqlite on one connection, at once and within the transaction that is open. */
export class ViewsReading {
  constructor(
    private readonly connection: Connection,
    private readonly directory: Directory,
    private readonly definitions: ReadonlyMap<string, ViewDefinition>,
  ) {}

  progress(): Progress {
    const row = this.connection.get(
      `SELECT ${halves('checkpoint')}, ${halves('recorded')}, last_event, facts_stamp, ticked_at, read, timeline, duplicates, policies, ignored, parked FROM progress`,
    );
    const [read, timeline, duplicates, policies, ignored, parked] = row!.slice(7) as number[];
    return {
      checkpoint: positionFrom(row![0], row![1]),
      recorded: positionFrom(row![2], row![3]),
      lastEventId: row![4] as string | null,
      factsStamp: row![5] as string | null,
      tickedAt: row![6] as number,
      counts: { read, timeline, duplicates, policies, ignored, parked } as EventCounts,
    };
  }

  /** Set while the timeline runs ahead of the views: what lies beyond is not shown yet. */
  horizon(): Position | undefined {
    const { checkpoint, recorded } = this.progress();
    return checkpoint === recorded ? undefined : checkpoint;
  }

  timeline(query: TimelineQuery): readonly TimelineRow[] {
    return readTimeline(this.connection, this.directory, query, this.horizon());
  }

  head(view: string, tenant: string, customer: string): ViewHead | undefined {
    const generation = this.generation(view);
    const person = this.person(tenant, customer);
    if (person === undefined) return undefined;
    const row = this.connection.get(
      `SELECT stamp, at, sequence, step, event, count FROM head_${generation} WHERE owner = ?`,
      person,
    );
    return row === undefined ? undefined : headFrom(row);
  }

  cells(
    view: string,
    tenant: string,
    customer: string,
    keys?: readonly string[],
  ): ReadonlyMap<string, string> {
    const generation = this.generation(view);
    const person = this.person(tenant, customer);
    if (person === undefined) return new Map();
    const cells = new Map<string, string>();
    const root = this.connection.get(`SELECT root FROM head_${generation} WHERE owner = ?`, person)?.[0];
    if (typeof root === 'string' && (keys === undefined || keys.includes(ROOT))) cells.set(ROOT, root);
    const rows =
      keys === undefined
        ? this.connection.all(`SELECT key, value FROM cell_${generation} WHERE owner = ?`, person)
        : this.connection.all(
            `SELECT key, value FROM cell_${generation} WHERE owner = ? AND key IN (SELECT value FROM json_each(?))`,
            person,
            JSON.stringify(keys),
          );
    for (const [key, value] of rows) cells.set(key as string, value as string);
    return cells;
  }

  snapshotBefore(view: string, tenant: string, customer: string, order: OrderKey) {
    const generation = this.generation(view);
    const person = this.person(tenant, customer);
    if (person === undefined) return undefined;
    const row = this.connection.get(
      `SELECT stamp, at, sequence, step, event, count FROM snapshot_${generation}
       WHERE owner = ? AND (at, sequence, step, event) <= (?, ?, ?, ?) ORDER BY at DESC, sequence DESC, step DESC, event DESC LIMIT 1`,
      person,
      ...orderValues(order),
    );
    if (row === undefined) return undefined;
    const head = headFrom(row);
    // Of the versions of a cell up to this snapshot the latest: a bare column beside MAX is of the row that has it.
    const cells = this.connection.all(
      `SELECT key, value, MAX(count) FROM snapshot_cell_${generation} WHERE owner = ? AND count <= ? GROUP BY key`,
      person,
      head.count,
    );
    const present = cells
      .filter((cell) => cell[1] !== null)
      .map((cell) => [cell[0], cell[1]] as [string, string]);
    return { head, cells: new Map(present) };
  }

  list(view: string, query: ListQuery): readonly FoundRow[] {
    const list = this.listOf(view);
    const tenant = this.directory.tenantId(query.tenant);
    return tenant === undefined ? [] : list.rows(tenant, query);
  }

  aggregate(view: string, query: AggregateQuery): readonly AggregateGroup[] {
    const list = this.listOf(view);
    // An unknown tenant has no rows, but one group of none when nothing is grouped by.
    return list.groups(this.directory.tenantId(query.tenant) ?? -1, query);
  }

  policies(tenant: string, at?: Position): readonly PolicyRecord[] {
    return this.connection
      .all(
        `SELECT event, type, ${halves('position')}, recorded_at, effective_from, data FROM policy
         WHERE tenant = ? AND position <= ? ORDER BY position`,
        this.directory.tenantId(tenant) ?? -1,
        bound(at ?? this.horizon() ?? NO_END),
      )
      .map((row) => ({
        eventId: row[0] as string,
        type: row[1] as string,
        position: positionFrom(row[2], row[3]),
        recordedAt: row[4] as string,
        effectiveFrom: row[5] as number | null,
        data: row[6] as string,
      }));
  }

  links(tenant: string, customer: string, at?: Position): readonly LinkRecord[] {
    const person = this.person(tenant, customer);
    if (person === undefined) return [];
    const until = bound(at ?? this.horizon() ?? NO_END);
    return this.connection
      .all(
        `WITH RECURSIVE reached (id) AS (VALUES (?)
           UNION SELECT link.merged FROM reached JOIN link ON link.survivor = reached.id WHERE link.position <= ?
           UNION SELECT link.survivor FROM reached JOIN link ON link.merged = reached.id WHERE link.position <= ?)
         SELECT link.at, link.sequence, link.step, link.event, link.type, s.name, m.name, ${halves('link.position')}
         FROM reached JOIN link ON link.survivor = reached.id JOIN customer s ON s.id = link.survivor JOIN customer m ON m.id = link.merged
         WHERE link.position <= ? ORDER BY link.at, link.sequence, link.step, link.event`,
        person,
        until,
        until,
        until,
      )
      .map(linkFrom);
  }

  customers(tenant: string, after: string, limit: number): readonly string[] {
    return this.names(
      'SELECT name FROM customer WHERE tenant = ? AND name > ? AND seen = 1 ORDER BY name LIMIT ?',
      this.directory.tenantId(tenant) ?? -1,
      after,
      limit,
    );
  }

  survivors(tenant: string, after: string, limit: number): readonly string[] {
    return this.names(
      'SELECT name FROM customer WHERE tenant = ? AND name > ? AND survivor IS NULL ORDER BY name LIMIT ?',
      this.directory.tenantId(tenant) ?? -1,
      after,
      limit,
    );
  }

  tenants(): readonly string[] {
    return this.names('SELECT name FROM tenant ORDER BY name');
  }

  lastOccurredAt(tenant: string): number | undefined {
    const row = this.connection.get('SELECT last_at FROM tenant WHERE name = ?', tenant);
    return (row?.[0] as number | null | undefined) ?? undefined;
  }

  eventCount(tenant: string): number {
    return (
      (this.connection.get('SELECT events FROM tenant WHERE name = ?', tenant)?.[0] as number | undefined) ??
      0
    );
  }

  policyPending(tenant: string, stamp: string): boolean {
    const row = this.connection.get(
      'SELECT tenant.stamp, sweep.stamp FROM tenant LEFT JOIN sweep ON sweep.tenant = tenant.id WHERE name = ?',
      tenant,
    );
    if (row === undefined) return false;
    const [settled, sweeping] = row as [string | null, string | null];
    return sweeping !== null || (settled !== null && settled !== stamp);
  }

  parked(tenant?: string): readonly ParkedRecord[] {
    const rows = this.connection.all(
      `SELECT tenant, customer, view, ${halves('position')}, event, reason, since FROM parked
       WHERE ? IS NULL OR tenant = ? ORDER BY position, customer, view`,
      tenant ?? null,
      tenant ?? null,
    );
    return rows.map(parkedFrom);
  }

  projections(now: number): readonly ProjectionRecord[] {
    const building = this.names('SELECT name FROM build_view');
    const rebuild = building.length === 0 ? null : rebuildOf(this.connection, now);
    return this.connection.all('SELECT name, version FROM view ORDER BY name').map(([name, version]) => ({
      name: name as string,
      version: version as number,
      rebuild: building.includes(name as string) ? rebuild : null,
    }));
  }

  /** The number of the generation that is read. */
  private generation(view: string): number {
    const definition = this.definitions.get(view);
    if (definition === undefined) throw new LedgerError('unknown-view', `there is no view ${view}`, { view });
    const row = this.connection.get('SELECT version, generation FROM view WHERE name = ?', view);
    if (row === undefined || row[0] !== definition.version) {
      throw new LedgerError('view-rebuilding', `the view ${view} is being rebuilt, try again later`, {
        view,
      });
    }
    return row[1] as number;
  }

  private listOf(view: string): ListReading {
    const generation = this.generation(view);
    const list = this.definitions.get(view)!.list;
    if (list === undefined) throw new LedgerError('no-list', `the view ${view} keeps no list`, { view });
    return new ListReading(this.connection, view, list, `list_${generation}`);
  }

  private person(tenant: string, customer: string): number | undefined {
    const id = this.directory.tenantId(tenant);
    return id === undefined ? undefined : this.directory.person(id, customer)?.id;
  }

  private names(sql: string, ...values: SQLInputValue[]): string[] {
    return this.connection.all(sql, ...values).map(([name]) => name as string);
  }
}

/** A head of the columns stamp, at, sequence, step, event, count. */
export function headFrom([stamp, at, sequence, step, event, count]: Row): ViewHead {
  return {
    stamp: stamp as string,
    last: {
      occurredAt: at as number,
      sequence: sequence as number,
      step: step as number,
      eventId: event as string,
    },
    count: count as number,
  };
}

/** A parked record of the columns tenant, customer, view, position's halves, event, reason, since. */
export function parkedFrom(row: Row): ParkedRecord {
  return {
    tenant: row[0] as string,
    customer: row[1] as string,
    view: row[2] === '' ? null : (row[2] as string),
    position: positionFrom(row[3], row[4]),
    eventId: row[5] as string | null,
    reason: row[6] as string,
    since: row[7] as string,
  };
}

function linkFrom(row: Row): LinkRecord {
  return {
    occurredAt: row[0] as number,
    sequence: row[1] as number,
    step: row[2] as number,
    eventId: row[3] as string,
    type: row[4] as LinkRecord['type'],
    survivor: row[5] as string,
    merged: row[6] as string,
    position: positionFrom(row[7], row[8]),
  };
}
