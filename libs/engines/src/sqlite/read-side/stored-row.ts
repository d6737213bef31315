import type { SQLInputValue } from 'node:sqlite';
import type { StoredRow } from '#projector';
import type { ColumnValue, TableRow } from '#views';
import type { Row } from './connection.js';
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
  const from = stored.length;
  stored.push(person, key, tenant, customer, due);
  for (const name of names) stored.push(columns[name] ?? null);
  stored.push(rowChecksum(stored, from));
}

/**
 * Places in a stored row; tenant and customer are between key and due time, the columns of the table follow, then the checksum,
 * and, where it is read, the row's number.
 */
export const [PERSON, KEY, DUE, COLUMNS] = [0, 1, 4, 5];

/** A row that was read. Mostly it is equal to the one that was derived: it is compared as it is, and no object is made of it. */
export class ReadRow implements StoredRow {
  constructor(
    readonly table: string,
    private readonly names: readonly string[],
    private readonly values: Row,
  ) {}

  get person(): number {
    return this.values[PERSON] as number;
  }

  get key(): string {
    return this.values[KEY] as string;
  }

  get due(): number | null {
    return this.values[DUE] as number | null;
  }

  get rowNumber(): number {
    return this.values.at(-1) as number;
  }

  get columns(): TableRow['columns'] {
    const columns: { [column: string]: ColumnValue } = {};
    this.names.forEach((name, i) => (columns[name] = this.values[COLUMNS + i] as ColumnValue));
    return columns;
  }

  hasColumns(columns: TableRow['columns']): boolean {
    const { names, values } = this;
    for (let i = 0; i < names.length; i++)
      if (values[COLUMNS + i] !== (columns[names[i]!] ?? null)) return false;
    return true;
  }
}

export function valuesOf(columns: TableRow['columns'], names: readonly string[]): readonly ColumnValue[] {
  const values: ColumnValue[] = [];
  for (const name of names) values.push(columns[name] ?? null);
  return values;
}
