/** The cells of an NDJSON row: inner fields are named with dots; what is no scalar is given as JSON. */
export function cellsOf(record: unknown, columns: readonly string[]): (string | undefined)[] {
  return columns.map((column) => textOf(valueAt(record, column)));
}

/** The columns that an NDJSON row offers: its fields, and those of objects within, named with dots. */
export function columnNamesOf(record: unknown, prefix = ''): string[] {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) return [];
  return Object.entries(record).flatMap(([name, value]) => [
    `${prefix}${name}`,
    ...columnNamesOf(value, `${prefix}${name}.`),
  ]);
}

function valueAt(record: unknown, column: string): unknown {
  let value: unknown = record;
  for (const name of column.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as { [name: string]: unknown })[name];
  }
  return value;
}

function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
