import type { CustomerRecord, TableRow } from '#views';
import type { CopyWriter } from '../copy-text.js';

/** Whose a row is, as it is stored. */
export interface Owner {
  readonly person: CustomerRecord;
  /** The tenant's number. */
  readonly tenant: number;
}

/** The columns of a table in the order in which `writeRow` writes them. */
export function copiedColumns(names: readonly string[]): string {
  return `(${['person', 'key', ...names, 'tenant', 'customer', 'due'].map((name) => `"${name}"`).join(', ')})`;
}

/** Writes a row as a line of COPY; answers where the values end that readers see, which come first. */
export function writeRow(
  writer: CopyWriter,
  { key, columns, due }: TableRow,
  { person, tenant }: Owner,
  names: readonly string[],
): number {
  writer.value(person.number);
  writer.value(key);
  let at = 0;
  // In the order of the row itself, which is nearly always that of the table, no name has to be looked up.
  for (const name in columns) {
    if (name !== names[at]) break;
    writer.value(columns[name]!);
    at++;
  }
  for (; at < names.length; at++) writer.value(columns[names[at]!] ?? null);
  const end = writer.length;
  writer.value(tenant);
  writer.value(person.name);
  writer.value(due);
  writer.endLine();
  return end;
}
