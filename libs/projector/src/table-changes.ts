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
  { name }: DerivedTable,
  { tenant, survivor }: ProjectedPerson,
  stored: RowsByKey,
  rows: readonly TableRow[],
  areAll = true,
): RowsChange | undefined {
  const put = differing(stored, rows);
  const gone = areAll ? goneKeys(stored, rows) : [];
  if (put.length === 0 && gone.length === 0) return undefined;
  return { table: name, generation: 'current', tenant, person: survivor, put, gone };
}

function goneKeys(stored: RowsByKey, rows: readonly TableRow[]): readonly string[] {
  let there = 0;
  for (const { key } of rows) if (stored.has(key)) there += 1;
  if (there === stored.size) return [];
  const keys = new Set(rows.map(({ key }) => key));
  return [...stored.keys()].filter((key) => !keys.has(key));
}

function differing(stored: RowsByKey, rows: readonly TableRow[]): readonly WrittenRow[] {
  const put: WrittenRow[] = [];
  for (const row of rows) {
    const was = stored.get(row.key);
    if (was?.due !== row.due || !sameColumns(was, row)) put.push({ row, was });
    else row.rowNumber = was?.rowNumber;
  }
  return put;
}

/** Whether readers see the same of both. */
export function sameColumns(a: TableRow | undefined, b: TableRow | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
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

/** The stored rows of persons, by table and number of the survivor. */
export type StoredRows = ReadonlyMap<string, ReadonlyMap<number, RowsByKey>>;

export async function storedRows(
  { stored }: DerivingContext,
  tables: readonly DerivedTable[],
  persons: readonly number[],
): Promise<StoredRows> {
  const found = new Map(tables.map(({ name }) => [name, new Map<number, Map<string, TableRow>>()]));
  if (persons.length === 0 || tables.length === 0) return found;
  for (const { table, person, ...row } of await stored.rows([...found.keys()], persons)) {
    const rows = found.get(table)!;
    if (!rows.has(person)) rows.set(person, new Map());
    rows.get(person)!.set(row.key, row);
  }
  return found;
}

export const NO_ROWS: RowsByKey = new Map();

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
