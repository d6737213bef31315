import { crc32 } from 'node:zlib';
import type { StoreFault } from '#event-sourcing';
import { type ColumnValue, customerDamaged } from '#views';
import type { Connection, Row } from './connection.js';

/** The checksum of a chunk, of its place too: one that has moved to another customer is damaged. */
export function chunkCrc(id: number, bytes: Uint8Array): number {
  return crc32(bytes, crc32(String(id)));
}

/**
 * The checksum of a row of a derived table, of all that is stored before it: 32 bits that any change of one value changes. It is worked out for every row
 * written and read, so it reads the values where they are: text as JSON under a CRC would cost five times as much.
 */
export function rowChecksum(values: readonly unknown[], from = 0, to = values.length): number {
  let sum = 0;
  for (let at = from; at < to; at++) sum = withValue(sum, values[at] as ColumnValue);
  return sum >>> 0;
}

const double = new Float64Array(1);
const halves = new Int32Array(double.buffer);

/** Kinds of values are told apart by a word before them, the ends of texts by their lengths. */
function withValue(sum: number, value: ColumnValue): number {
  if (value === null) return withWord(sum, 1);
  if (typeof value === 'number') {
    // SQLite does not know −0.
    double[0] = value + 0;
    return withWord(withWord(withWord(sum, 2), halves[0]!), halves[1]!);
  }
  let mixed = withWord(withWord(sum, 3), value.length);
  // Two characters a word.
  for (let i = 0; i < value.length; i += 2)
    mixed = withWord(mixed, value.charCodeAt(i) | (value.charCodeAt(i + 1) << 16));
  return mixed;
}

/** One to one in both: a difference in one word is a difference in the sum. */
function withWord(sum: number, word: number): number {
  const mixed = Math.imul(sum ^ word, 0x9e3779b1);
  return (mixed << 13) | (mixed >>> 19);
}

/** Throws `customer-damaged` for a row, of this many values before its checksum, that is not the one that was written. */
export function checkRow(connection: Connection, table: string, row: Row, values: number): void {
  if (rowChecksum(row, 0, values) !== row[values])
    throw damaged(connection, row[0] as number, `a row of the table ${table}`);
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
