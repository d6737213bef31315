import {
  type DeadLetter,
  DeadLetterOutbox,
  DeadLetterStore,
  type NewDeadLetter,
  type RetryOutcome,
} from '#intake';
import type { Database, Row } from '../database.js';

const LETTER = `number, id, tenant, arrived_at, origin, reason, sealed, customer, retry_at, attempts, state, position,
  retried_at, retried_by`;

/** Dead letters in PostgreSQL. */
export class PostgresDeadLetters extends DeadLetterStore {
  constructor(private readonly database: Database) {
    super();
  }

  override async add(letters: readonly NewDeadLetter[]): Promise<void> {
    const of = <T>(value: (letter: NewDeadLetter) => T) => letters.map(value);
    await this.database.write([
      // One at a time: numbers become visible in ascending order, so that whoever reads behind a number misses none.
      { text: 'LOCK TABLE cx.dead_letter, cx.unpublished_letter IN SHARE ROW EXCLUSIVE MODE' },
      {
        text: `WITH added AS (
            INSERT INTO cx.dead_letter (id, tenant, arrived_at, origin, code, reason, sealed, customer, retry_at)
            SELECT id, tenant, arrived_at, origin, code, reason, sealed, customer, retry_at
            FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::bigint[])
              WITH ORDINALITY l (id, tenant, arrived_at, origin, code, reason, sealed, customer, retry_at, place)
            ORDER BY place ON CONFLICT DO NOTHING RETURNING number, tenant, origin, reason)
          INSERT INTO cx.unpublished_letter (tenant, origin, reason) SELECT tenant, origin, reason FROM added ORDER BY number`,
        values: [
          ...[of(({ id }) => id), of(({ tenant }) => tenant), of(({ arrivedAt }) => arrivedAt)],
          ...[of(({ origin }) => origin), of(({ reason }) => reason.code)],
          ...[of(({ reason }) => JSON.stringify(reason)), of(({ sealed }) => sealed)],
          ...[of(({ customer }) => customer), of(({ retryAt }) => retryAt)],
        ],
      },
    ]);
  }

  override async list({ tenant, state, code, after = 0, limit }: Parameters<DeadLetterStore['list']>[0]) {
    const conditions = ['tenant = $1', 'number > $2'];
    const values: (string | number)[] = [tenant, after, limit];
    if (state !== undefined) conditions.push(`state = $${values.push(state)}`);
    if (code !== undefined) conditions.push(`code = $${values.push(code)}`);
    const rows = await this.database.rows(
      `SELECT ${LETTER} FROM cx.dead_letter WHERE ${conditions.join(' AND ')} ORDER BY number LIMIT $3`,
      ...values,
    );
    return rows.map(letterOf);
  }

  override async get(tenant: string, id: string): Promise<DeadLetter | undefined> {
    const [row] = await this.database.rows(
      `SELECT ${LETTER} FROM cx.dead_letter WHERE tenant = $1 AND id = $2`,
      ...[tenant, id],
    );
    return row && letterOf(row);
  }

  override async due(now: number, limit: number): Promise<readonly DeadLetter[]> {
    const rows = await this.database.rows(
      `SELECT ${LETTER} FROM cx.dead_letter WHERE retry_at <= $1 AND retry_at IS NOT NULL AND state = 'waiting'
       ORDER BY retry_at LIMIT $2`,
      ...[now, limit],
    );
    return rows.map(letterOf);
  }

  override async retried(outcomes: readonly RetryOutcome[]): Promise<void> {
    const noted = `attempts = attempts + 1, retried_at = $2, retried_by = $3`;
    await this.database.write(
      outcomes.map(({ id, at, by, position, reason, retryAt }) =>
        position !== undefined
          ? {
              text: `UPDATE cx.dead_letter SET state = 'recorded', position = $4, retry_at = NULL, ${noted} WHERE id = $1 AND state = 'waiting'`,
              values: [id, at, by, position],
            }
          : {
              text: `UPDATE cx.dead_letter SET code = $4, reason = $5, retry_at = $6, ${noted} WHERE id = $1 AND state = 'waiting'`,
              values: [id, at, by, reason!.code, JSON.stringify(reason), retryAt ?? null],
            },
      ),
    );
  }

  override async delete(tenant: string, id: string): Promise<boolean> {
    const text = 'DELETE FROM cx.dead_letter WHERE tenant = $1 AND id = $2 RETURNING 1';
    const [rows] = await this.database.write([{ text, values: [tenant, id] }]);
    return rows!.length > 0;
  }

  override async deleteForGood(tenant: string, ids: readonly string[]): Promise<void> {
    const text = 'DELETE FROM cx.dead_letter WHERE tenant = $1 AND id = ANY ($2::text[])';
    await this.database.write([{ text, values: [tenant, ids] }]);
    await this.database.rewriteTables(['cx.dead_letter']);
  }

  override async count(tenant: string) {
    const rows = await this.database.rows(
      'SELECT state, count(*) FROM cx.dead_letter WHERE tenant = $1 GROUP BY state',
      tenant,
    );
    const of = (state: string) => (rows.find((row) => row[0] === state)?.[1] ?? 0) as number;
    return { waiting: of('waiting'), recorded: of('recorded') };
  }
}

/** Dead letters that are still to be published, in PostgreSQL. */
export class PostgresDeadLetterOutbox extends DeadLetterOutbox {
  constructor(private readonly database: Database) {
    super();
  }

  override async first(limit: number) {
    const rows = await this.database.rows(
      'SELECT number, tenant, origin, reason FROM cx.unpublished_letter ORDER BY number LIMIT $1',
      limit,
    );
    return rows.map(([number, tenant, origin, reason]) => ({
      number: number as number,
      tenant: tenant as string,
      origin: origin as string,
      reason: JSON.parse(reason as string) as DeadLetter['reason'],
    }));
  }

  override async markPublished(upTo: number): Promise<void> {
    await this.database.write([
      { text: 'DELETE FROM cx.unpublished_letter WHERE number <= $1', values: [upTo] },
    ]);
  }
}

function letterOf(row: Row): DeadLetter {
  const [number, id, tenant, arrivedAt, origin, reason, sealed, customer, retryAt, attempts, state] = row;
  const [position, retriedAt, retriedBy] = row.slice(11);
  return {
    number: number as number,
    id: id as string,
    tenant: tenant as string,
    arrivedAt: arrivedAt as number,
    origin: origin as string,
    reason: JSON.parse(reason as string) as DeadLetter['reason'],
    sealed: sealed as string,
    customer: customer as string | null,
    retryAt: retryAt as number | null,
    attempts: attempts as number,
    state: state as DeadLetter['state'],
    position: position as string | null,
    retriedAt: retriedAt as number | null,
    retriedBy: retriedBy as string | null,
  };
}
