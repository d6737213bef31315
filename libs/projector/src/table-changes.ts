import type { CustomerState } from '#customer';
import type { ParkedRecord } from '#event-sourcing';
import type { ViewContext } from '#scoring';
import type { DerivedTable, TableRow } from '#views';
import { reasonOf } from './incoming.js';
import type { ProjectedPerson } from './person.js';
import type { DerivingContext } from './deriving-context.js';
import type { RowsChange, WrittenRow } from './read-model.js';

/** The rows of one person in one table, by key. */
export type RowsByKey = ReadonlyMap<string, TableRow>;

/**
 * The rows of a state in a table; undefined where they cannot be derived, which parks that table of the person.
 * `changed`: only those that facts have changed, where the table can tell; `ahead`: no row is right beyond this time.
 */
export function derivedRows(
  table: DerivedTable,
  state: CustomerState,
  context: ViewContext,
  onFailure: (reason: string) => void,
  { changed = false, ahead }: { readonly changed?: boolean; readonly ahead?: number } = {},
): readonly TableRow[] | undefined {
  if (state.lastAt === undefined) return unknownRows(table, ahead);
  try {
    const rows = (changed && table.changedRows?.(state, context)) || table.rows(state, context);
    return ahead === undefined ? rows : rows.map((row) => dueBy(row, ahead));
  } catch (error) {
    onFailure(reasonOf(error));
    return undefined;
  }
}

/** What is stored of a person all of whose facts lie ahead of the clock: when the first of them comes. */
function unknownRows({ columns, knownBy }: DerivedTable, ahead: number | undefined): readonly TableRow[] {
  if (ahead === undefined || knownBy === undefined) return [];
  const nothing = Object.fromEntries(Object.keys(columns).map((column) => [column, null]));
  return [{ key: '', columns: nothing, due: ahead }];
}

function dueBy(row: TableRow, ahead: number): TableRow {
  return { ...row, due: Math.min(row.due ?? Infinity, ahead) };
}

/** Rows by their keys. */
export function byKey(rows: readonly TableRow[]): Map<string, TableRow> {
  const map = new Map<string, TableRow>();
  for (const row of rows) map.set(row.key, row);
  return map;
}

/**
 * What has to be written for stored rows to become others; undefined where they are equal. `areAll`: the person has no other
 * rows; else other stored rows stay as they are.
 */
export function rowsChange(
  table: DerivedTable,
  person: ProjectedPerson,
  stored: RowsByKey,
  rows: readonly TableRow[],
  areAll: boolean,
): RowsChange | undefined {
  const put: WrittenRow[] = [];
  for (const row of rows) noteOther(put, row, stored.get(row.key));
  return changeOf(table, person, put, areAll ? goneKeys(stored, rows) : []);
}

function goneKeys(stored: RowsByKey, rows: readonly TableRow[]): readonly string[] {
  let there = 0;
  for (const { key } of rows) if (stored.has(key)) there += 1;
  if (there === stored.size) return [];
  const keys = new Set(rows.map(({ key }) => key));
  return [...stored.keys()].filter((key) => !keys.has(key));
}

/** The same of all rows of a person, where those that were read and those that were derived come in the order of their keys. */
export function readRowsChange(
  table: DerivedTable,
  person: ProjectedPerson,
  stored: readonly TableRow[],
  rows: readonly TableRow[],
): RowsChange | undefined {
  const put: WrittenRow[] = [];
  const gone: string[] = [];
  let at = 0;
  for (const row of rows) {
    while (at < stored.length && stored[at]!.key < row.key) gone.push(stored[at++]!.key);
    noteOther(put, row, stored[at]?.key === row.key ? stored[at++] : undefined);
  }
  while (at < stored.length) gone.push(stored[at++]!.key);
  return changeOf(table, person, put, gone);
}

function changeOf(
  { name }: DerivedTable,
  { tenant, survivor }: ProjectedPerson,
  put: readonly WrittenRow[],
  gone: readonly string[],
): RowsChange | undefined {
  if (put.length === 0 && gone.length === 0) return undefined;
  return { table: name, generation: 'current', tenant, person: survivor, put, gone };
}

/** A row that is stored already has not to be written, and knows where it is. */
function noteOther(put: WrittenRow[], row: TableRow, was: TableRow | undefined): void {
  if (was === undefined || was.due !== row.due || !sameColumns(was, row)) put.push({ row, was });
  else row.rowNumber = was.rowNumber;
}

/** Whether readers see the same of both. */
export function sameColumns(a: TableRow | undefined, b: TableRow | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.hasColumns !== undefined) return a.hasColumns(b.columns);
  for (const column in b.columns) if (a.columns[column] !== b.columns[column]) return false;
  return true;
}

/** Everything that is written of a person in the generation that is being built. */
export function rebuiltRows(
  table: DerivedTable,
  { tenant, survivor }: Pick<ProjectedPerson, 'tenant' | 'survivor'>,
  rows: readonly TableRow[],
): RowsChange {
  return {
    table: table.name,
    generation: 'next',
    tenant,
    person: survivor,
    put: rows.map((row) => ({ row })),
    gone: 'all',
  };
}

/** The stored rows of persons, by table and number of the survivor, in the order of their keys. */
export type StoredRows = ReadonlyMap<string, ReadonlyMap<number, readonly TableRow[]>>;

export async function storedRows(
  { stored }: DerivingContext,
  tables: readonly DerivedTable[],
  persons: readonly number[],
): Promise<StoredRows> {
  const found = new Map(tables.map(({ name }) => [name, new Map<number, TableRow[]>()]));
  if (persons.length === 0 || tables.length === 0) return found;
  for (const row of await stored.rows([...found.keys()], persons)) {
    const rows = found.get(row.table)!;
    const own = rows.get(row.person);
    if (own === undefined) rows.set(row.person, [row]);
    else own.push(row);
  }
  for (const rows of found.values()) for (const own of rows.values()) sortByKey(own);
  return found;
}

/** Engines mostly read rows in the order of their keys. */
function sortByKey(rows: TableRow[]): void {
  if (rows.some(({ key }, i) => i > 0 && key < rows[i - 1]!.key))
    rows.sort((a, b) => (a.key < b.key ? -1 : 1));
}

export const NO_ROWS: readonly TableRow[] = [];

/** A table of a person that cannot be derived: its rows stay as they are. */
export function parkedTable(
  { tenant, survivor }: ProjectedPerson,
  table: DerivedTable,
  reason: string,
  context: DerivingContext,
): ParkedRecord {
  return {
    tenant,
    customer: survivor.name,
    view: table.name,
    position: context.progress.checkpoint,
    eventId: null,
    reason,
    since: context.now(),
  };
}
