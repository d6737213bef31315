import type { ExpectedRows } from '#projector';
import type { ColumnValue, TableRow } from '#views';
import { rowChecksum } from './damage.js';

/** Rows of one table that are probably stored, to be recognised by their checksums instead of being read. */
export class RecognisedRows {
  private readonly persons = new Map<number, Person>();
  private readonly values: ColumnValue[];

  constructor(
    expected: readonly ExpectedRows[],
    private readonly columns: readonly string[],
    tenantId: (name: string) => number | undefined,
  ) {
    const tenants = new Map<string, number | undefined>();
    for (const { tenant: name, person, put } of expected) {
      if (!tenants.has(name)) tenants.set(name, tenantId(name));
      const rows = new Map(put.map(({ row }) => [row.key, row]));
      this.persons.set(person.number, { tenant: tenants.get(name), customer: person.name, rows });
    }
    this.values = columns.map(() => null);
  }

  /** The expected row of a person and key, where it would be stored with this checksum. */
  find(person: number, key: string, checksum: unknown): TableRow | undefined {
    const owner = this.persons.get(person);
    const row = owner?.rows.get(key);
    if (owner?.tenant === undefined || row === undefined) return undefined;
    const { columns, values } = this;
    for (let i = 0; i < columns.length; i++) values[i] = row.columns[columns[i]!] ?? null;
    const { tenant, customer } = owner;
    return rowChecksum({ person, key, tenant, customer, due: row.due, values }) === checksum
      ? row
      : undefined;
  }
}

interface Person {
  readonly tenant: number | undefined;
  readonly customer: string;
  readonly rows: ReadonlyMap<string, TableRow>;
}
