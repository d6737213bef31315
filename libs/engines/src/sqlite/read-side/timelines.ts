import type { Chunk } from '#journey';
import type { CustomerRecord, ScannedPage, ScannedTimeline } from '#views';
import type { Connection, Row } from './connection.js';
import { chunkCrc, damaged } from './damage.js';

/** A chunk's id is its customer's number times this plus its own. */
export const CHUNKS_A_CUSTOMER = 2 ** 20;

/** About this many bytes a fact takes in a chunk. */
const BYTES_A_FACT = 40;
/** Customers of one scan at most. */
const CUSTOMERS_A_SCAN = 5_000;
/** Customers, and chunks, read by one statement of a scan: more are read for nothing where the facts of few are enough. */
const ROWS_TOGETHER = 128;

const CHUNK = 'SELECT id, crc, facts FROM chunk WHERE id >= ? AND id < ? ORDER BY id';

/** The chunks of one customer. Throws `customer-damaged` for a chunk that is not the one that was written. */
export function chunksOf(connection: Connection, { number }: CustomerRecord, part: 'all' | 'last'): Chunk[] {
  const from = number * CHUNKS_A_CUSTOMER;
  const sql = part === 'last' ? `${CHUNK} DESC LIMIT 1` : CHUNK;
  return connection.all(sql, from, from + CHUNKS_A_CUSTOMER).map((row) => chunkOf(connection, row));
}

/** Where a scan begins and ends. */
export interface TimelineRange {
  /** Number of the customer before the first one. */
  readonly after: number;
  /** Number of the last customer; default: of all. */
  readonly upTo?: number | undefined;
  /** Number of a tenant, of whose customers only. */
  readonly tenant?: number | undefined;
}

/** The timelines of customers by number, until they have some number of facts together. */
export function scanTimelines(
  connection: Connection,
  { after, upTo = Number.MAX_SAFE_INTEGER, tenant }: TimelineRange,
  facts: number,
): ScannedPage {
  const most = Math.max(1, Math.min(facts, CUSTOMERS_A_SCAN));
  const timelines: ScannedTimeline[] = [];
  let [last, bytes] = [after, 0];
  while (timelines.length < most) {
    const wanted = Math.min(ROWS_TOGETHER, most - timelines.length);
    const rows = connection.all(
      `SELECT c.id, c.name, c.held_at, c.linked, t.name FROM customer c JOIN tenant t ON t.id = c.tenant
        WHERE c.id > ? AND c.id <= ? ${tenant === undefined ? '' : 'AND c.tenant = ?'} ORDER BY c.id LIMIT ?`,
      ...[last, upTo, ...(tenant === undefined ? [] : [tenant]), wanted],
    );
    const chunks = new ChunkScan(connection, rows);
    for (const row of rows) {
      const customer = customerOf(row);
      // Between the customers of one tenant there may be very many of others.
      const own = tenant === undefined ? chunks.of(customer) : chunksOf(connection, customer, 'all');
      timelines.push({ customer, chunks: own, linked: row[3] !== 0, tenant: row[4] as string });
      for (const chunk of own) bytes += chunk.bytes.length;
      last = customer.number;
      const isEnd = rows.length < wanted && row === rows.at(-1);
      if (bytes >= facts * BYTES_A_FACT) return { timelines, next: isEnd ? null : last };
    }
    if (rows.length < wanted) return { timelines, next: null };
  }
  return { timelines, next: last };
}

/** Reads the chunks of customers that follow each other, those of many by one statement. */
class ChunkScan {
  private rows: readonly Row[] = [];
  private at = 0;
  private next: number;
  private readonly end: number;

  constructor(
    private readonly connection: Connection,
    customers: readonly Row[],
  ) {
    const [first, last] = [customers[0], customers.at(-1)].map((row) => (row?.[0] ?? 0) as number);
    this.next = first! * CHUNKS_A_CUSTOMER;
    this.end = (last! + 1) * CHUNKS_A_CUSTOMER;
  }

  /** The chunks of the next customer. */
  of({ number }: CustomerRecord): readonly Chunk[] {
    const from = number * CHUNKS_A_CUSTOMER;
    const chunks: Chunk[] = [];
    for (let row = this.row(); row !== undefined; row = this.row()) {
      const id = row[0] as number;
      if (id >= from + CHUNKS_A_CUSTOMER) break;
      this.at += 1;
      if (id >= from) chunks.push(chunkOf(this.connection, row));
    }
    return chunks;
  }

  private row(): Row | undefined {
    if (this.at === this.rows.length && this.next < this.end) {
      this.rows = this.connection.all(`${CHUNK} LIMIT ${ROWS_TOGETHER}`, this.next, this.end);
      this.at = 0;
      this.next = this.rows.length < ROWS_TOGETHER ? this.end : (this.rows.at(-1)![0] as number) + 1;
    }
    return this.rows[this.at];
  }
}

/** A chunk as read. Throws `customer-damaged` for bytes that are not those that were written. */
function chunkOf(connection: Connection, [id, crc, facts]: Row): Chunk {
  const bytes = facts as Uint8Array;
  if (chunkCrc(id as number, bytes) !== crc)
    throw damaged(connection, Math.floor((id as number) / CHUNKS_A_CUSTOMER), 'a chunk of the timeline');
  return { number: (id as number) % CHUNKS_A_CUSTOMER, bytes };
}

/** A customer of a row that begins with its number, name and where it is held. */
export function customerOf([id, name, heldAt]: Row): CustomerRecord {
  return { number: id as number, name: name as string, heldAt: heldAt as number | null };
}
