import type { SQLInputValue } from 'node:sqlite';
import type { ColumnValue, TableRow } from '#views';
import { rowChecksum } from './damage.js';

/** Rows of the next generation of a table as they are stored, one behind the other: what goes between threads at little cost. */
export interface PackedRows {
  readonly table: string;
  readonly width: number;
  readonly values: SQLInputValue[];
}

/** Whose a row is, as it is stored. */
export interface Owner {
  readonly person: number;
  readonly tenant: number;
  readonly customer: string;
}

/** Adds all columns of a row as it is stored, the checksum last. */
export function pushStored(
  stored: SQLInputValue[],
  { person, tenant, customer }: Owner,
  { key, due, columns }: TableRow,
  names: readonly string[],
): void {
  const values = valuesOf(columns, names);
  stored.push(person, key, tenant, customer, due);
  for (const value of values) stored.push(value);
  stored.push(rowChecksum({ person, key, tenant, customer, due, values }));
}

export function valuesOf(columns: TableRow['columns'], names: readonly string[]): readonly ColumnValue[] {
  const values: ColumnValue[] = [];
  for (const name of names) values.push(columns[name] ?? null);
  return values;
}
