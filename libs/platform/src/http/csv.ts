import type { Json } from '#event-sourcing';

type Row = ReadonlyMap<string, Json>;

/**
 * The items of an answer as CSV (RFC 4180): a column for each member, members of objects as `by.channel`, lists as JSON, null
 * and absent as nothing. Text that a spreadsheet would take for a formula has an apostrophe before it; numbers are left as
 * they are. Undefined where the answer has no items.
 */
export function csvOf(answer: Json): string | undefined {
  const items = (answer as { readonly items?: Json } | null)?.items;
  if (!Array.isArray(items)) return undefined;
  const rows = (items as readonly Json[]).map((item) => new Map(cellsOf(item, '')));
  const columns = columnsOf(rows);
  const lines = [
    columns.map((name) => field(name)),
    ...rows.map((row: Row) => columns.map((name) => field(row.get(name)))),
  ];
  return lines.map((cells) => `${cells.join(',')}\r\n`).join('');
}

/** The names of all columns; an object that is null somewhere has the columns of its members alone. */
function columnsOf(rows: readonly Row[]): readonly string[] {
  const names = [...new Set(rows.flatMap((row) => [...row.keys()]))];
  const objects = new Set(names.flatMap((name) => parentsOf(name)));
  return names.filter((name) => !objects.has(name) || rows.some((row) => (row.get(name) ?? null) !== null));
}

function parentsOf(name: string): readonly string[] {
  const parts = name.split('.');
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join('.'));
}

function* cellsOf(value: Json, path: string): Iterable<readonly [string, Json]> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    yield [path === '' ? 'item' : path, value];
    return;
  }
  for (const [name, member] of Object.entries(value as { readonly [name: string]: Json }))
    yield* cellsOf(member, path === '' ? name : `${path}.${name}`);
}

/** Beginnings of what spreadsheets run as a formula. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

function field(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string')
    return quoted(typeof value === 'object' ? JSON.stringify(value) : String(value));
  return quoted(FORMULA.test(value) ? `'${value}` : value);
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
