import {
  compareOrder,
  type OrderKey,
  type Position,
  type TimelineQuery,
  type TimelineRow,
} from '#event-sourcing';
import type { SQLInputValue } from 'node:sqlite';
import type { Connection, Row } from './connection.js';
import type { Directory, Person } from './directory.js';
import { bound, halves, positionFrom } from './positions.js';

/** The columns of a timeline row, as `timelineRow` takes them. */
export const TIMELINE_COLUMNS = `owner, person, at, sequence, step, event, type, ${halves('position')}, ${halves('retracted')}, facts`;

/** The row of these columns; `customer` is the name of its person. */
export function timelineRow(row: Row, customer: string): TimelineRow {
  return {
    occurredAt: row[2] as number,
    sequence: row[3] as number,
    step: row[4] as number,
    eventId: row[5] as string,
    customer,
    type: row[6] as string,
    position: positionFrom(row[7], row[8]),
    retractedAt: row[9] === null ? null : positionFrom(row[9], row[10]),
    facts: row[11] as string,
  };
}

/** Names of persons by number, remembered while one answer is put together: neighbours are mostly the same person. */
export class Names {
  private readonly known = new Map<number, string>();

  constructor(private readonly directory: Directory) {}

  of(person: number): string {
    let name = this.known.get(person);
    if (name === undefined) {
      name = this.directory.byId(person).name;
      this.known.set(person, name);
    }
    return name;
  }
}

/** Rows of the persons asked for, in business order (or its reverse), at most `limit` of them. */
export function readTimeline(
  connection: Connection,
  directory: Directory,
  query: TimelineQuery,
  horizon: Position | undefined,
): readonly TimelineRow[] {
  const tenant = directory.tenantId(query.tenant);
  if (tenant === undefined) return [];
  const persons = query.customers
    .map((name) => directory.person(tenant, name))
    .filter((person) => person !== undefined);
  const names = new Names(directory);
  const at =
    query.at === undefined ? horizon : horizon !== undefined && horizon < query.at ? horizon : query.at;
  const parts = [...byOwner(persons)].map(([owner, members]) =>
    ownerRows(connection, owner, members, query, at).map((row) =>
      seenAt(timelineRow(row, names.of(row[1] as number)), at),
    ),
  );
  if (parts.length <= 1) return parts[0] ?? [];
  const sign = query.direction === 'backward' ? -1 : 1;
  return parts
    .flat()
    .sort((a, b) => sign * compareOrder(a, b))
    .slice(0, query.limit);
}

function byOwner(persons: readonly Person[]): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (const { id, owner } of persons) {
    const group = groups.get(owner);
    if (group === undefined) groups.set(owner, [id]);
    else group.push(id);
  }
  return groups;
}

function ownerRows(
  connection: Connection,
  owner: number,
  persons: readonly number[],
  query: TimelineQuery,
  at: Position | undefined,
): readonly Row[] {
  const backward = query.direction === 'backward';
  const where = ['owner = ?'];
  const values: SQLInputValue[] = [owner];
  const add = (condition: string, ...bind: SQLInputValue[]) => {
    where.push(condition);
    values.push(...bind);
  };
  if (persons.length === 1) add('person = ?', persons[0]!);
  else add('person IN (SELECT value FROM json_each(?))', JSON.stringify(persons));
  if (query.after !== undefined)
    add(`(at, sequence, step, event) ${backward ? '<' : '>'} (?, ?, ?, ?)`, ...orderValues(query.after));
  if (query.upTo !== undefined) add('at <= ?', query.upTo);
  if (at !== undefined) add('position <= ?', bound(at));
  if (query.withRetracted !== true) {
    if (at === undefined) add('retracted IS NULL');
    else add('(retracted IS NULL OR retracted > ?)', bound(at));
  }
  const order = ['at', 'sequence', 'step', 'event']
    .map((column) => `${column}${backward ? ' DESC' : ''}`)
    .join(', ');
  return connection.all(
    `SELECT ${TIMELINE_COLUMNS} FROM timeline WHERE ${where.join(' AND ')} ORDER BY ${order} LIMIT ?`,
    ...values,
    query.limit,
  );
}

/** A retraction recorded after `at` was not known then. */
function seenAt(row: TimelineRow, at: Position | undefined): TimelineRow {
  return at !== undefined && row.retractedAt !== null && row.retractedAt > at
    ? { ...row, retractedAt: null }
    : row;
}

/** The parts of an order key as they are bound. */
export function orderValues(order: OrderKey): [number, number, number, string] {
  return [order.occurredAt, order.sequence, order.step, order.eventId];
}
