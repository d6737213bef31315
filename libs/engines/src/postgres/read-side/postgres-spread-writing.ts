import { storedPosition } from '#event-sourcing';
import { type ClaimedPartition, type PartitionStatus, SpreadWriting } from '#projector';
import type { CustomerRecord, CustomerRef } from '#views';
import type { Database } from '../database.js';

const LEAVE = `UPDATE cx.partition p SET owner = NULL FROM unnest($1::integer[], $2::bigint[]) u (number, claim)
  WHERE p.number = u.number AND p.claim = u.claim`;

/** What several projectors share, in PostgreSQL: each call is one statement in a transaction of its own. */
export class PostgresSpreadWriting extends SpreadWriting {
  constructor(private readonly database: Database) {
    super();
  }

  override async commits(): Promise<number | undefined> {
    const [row] = await this.database.rows('SELECT commits FROM cx.progress WHERE spread');
    return row?.[0] as number | undefined;
  }

  override async begin(from: number): Promise<void> {
    await this.database.write([{ text: 'SELECT cx.begin_spread($1)', values: [from] }]);
  }

  override async end(from: number): Promise<void> {
    await this.database.write([{ text: 'SELECT cx.end_spread($1)', values: [from] }]);
  }

  override async claim(partitions: readonly number[], owner: string): Promise<readonly ClaimedPartition[]> {
    const claim = { text: 'SELECT * FROM cx.claim($1, $2)', values: [partitions, owner] };
    const [rows] = await this.database.write([claim]);
    return (rows as readonly [number, number, number, string][]).map(
      ([partition, claim, offset, position]) => ({
        ...{ partition, claim, offset: BigInt(offset), position: storedPosition(BigInt(position)) },
      }),
    );
  }

  override async leave(claims: readonly ClaimedPartition[]): Promise<void> {
    const values = [claims.map(({ partition }) => partition), claims.map(({ claim }) => claim)];
    await this.database.write([{ text: LEAVE, values }]);
  }

  override async partitions(): Promise<readonly PartitionStatus[]> {
    const rows = await this.database.rows('SELECT * FROM cx.partition_status()');
    return (rows as readonly [number, string | null, number, number | null, string][]).map(
      ([partition, owner, nextOffset, recordsBehind, position]) => ({
        ...{ partition, owner, nextOffset, recordsBehind, position: storedPosition(BigInt(position)) },
      }),
    );
  }

  override async register(
    customers: readonly CustomerRef[],
  ): Promise<readonly (CustomerRecord | undefined)[]> {
    const values = [customers.map(({ tenant }) => tenant), customers.map(({ customer }) => customer)];
    const [rows] = await this.database.write([{ text: 'SELECT * FROM cx.register($1, $2)', values }]);
    const numbers = new Map(
      (rows as readonly [number, string, string][]).map(([number, tenant, name]) => [
        `${tenant} ${name}`,
        number,
      ]),
    );
    return customers.map(({ tenant, customer: name }) => {
      const number = numbers.get(`${tenant} ${name}`);
      return number === undefined ? undefined : { number, name, heldAt: null, revision: 0 };
    });
  }
}
