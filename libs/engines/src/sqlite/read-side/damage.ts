import { crc32 } from 'node:zlib';
import type { StoreFault } from '#event-sourcing';
import { type ColumnValue, customerDamaged } from '#views';
import type { Connection } from './connection.js';

/** Everything that is stored in a row but its checksum. */
export interface CheckedRow {
  readonly person: number;
  readonly key: string;
  readonly tenant: number;
  readonly customer: string;
  readonly due: number | null;
  /** In the order of the definition's columns. */
  readonly values: readonly ColumnValue[];
}

/** The checksum of a chunk, of its place too: one that has moved to another customer is damaged. */
export function chunkCrc(id: number, bytes: Uint8Array): number {
  return crc32(bytes, crc32(String(id)));
}

/** The checksum of a row of a derived table. */
export function rowCrc({ person, key, tenant, customer, due, values }: CheckedRow): number {
  return crc32(JSON.stringify([person, key, tenant, customer, due, ...values]));
}

/** Throws `customer-damaged` for a row that is not the one that was written. */
export function checkRow(connection: Connection, table: string, row: CheckedRow, crc: unknown): void {
  if (rowCrc(row) !== crc) throw damaged(connection, row.person, `a row of the table ${table}`);
}

/** The error of something stored of a customer; `views-damaged` where the customer itself is not found. */
export function damaged(connection: Connection, customer: number, what: string): StoreFault {
  const found = connection.get(
    'SELECT t.name, c.name FROM customer c JOIN tenant t ON t.id = c.tenant WHERE c.id = ?',
    customer,
  );
  if (found === undefined) return connection.damaged({ customer });
  return customerDamaged({ tenant: found[0] as string, customer: found[1] as string }, what);
}
