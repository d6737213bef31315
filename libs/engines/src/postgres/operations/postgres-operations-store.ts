import { randomUUID } from 'node:crypto';
import { type LogIdentity, type PartitionEnds, RelayPositions } from '#event-store';
import { type Position, START, storedPosition } from '#event-sourcing';
import type { DeadLetterOutbox, DeadLetterStore, ImportRecords } from '#intake';
import type { IdempotencyOwner, IdempotencyStore, StoredAnswer, StoredOutcome } from '#platform';
import type { Database } from '../database.js';
import { PostgresDeadLetterOutbox, PostgresDeadLetters } from './postgres-dead-letters.js';
import { PostgresImportRecords } from './postgres-import-records.js';

/** Dead letters, relay positions, stored answers and import records in PostgreSQL. */
export class PostgresOperationsStore {
  readonly deadLetters: DeadLetterStore;
  readonly deadLetterOutbox: DeadLetterOutbox;
  readonly idempotency: IdempotencyStore;
  readonly importRecords: ImportRecords;

  constructor(private readonly database: Database) {
    this.deadLetters = new PostgresDeadLetters(database);
    this.deadLetterOutbox = new PostgresDeadLetterOutbox(database);
    this.idempotency = new PostgresIdempotencyStore(database);
    this.importRecords = new PostgresImportRecords(database);
  }

  /** The relays' positions in one log. */
  relayPositionsOf({ storeId, epoch }: LogIdentity): RelayPositions {
    return new PostgresRelayPositions(this.database, { storeId, epoch });
  }

  close(): Promise<void> {
    return this.database.close();
  }
}

/** A server that was killed is replaced after so long. */
const LEASE_SECONDS = 5;

class PostgresRelayPositions extends RelayPositions {
  override readonly keepsEnds = true;
  private readonly holder = randomUUID();

  constructor(
    private readonly database: Database,
    private readonly log: LogIdentity,
  ) {
    super();
  }

  override async get(relay: string): Promise<Position> {
    const [row] = await this.database.rows(
      'SELECT position FROM cx.relay WHERE name = $1 AND store = $2 AND epoch = $3',
      ...[relay, this.log.storeId, this.log.epoch],
    );
    return row === undefined ? START : storedPosition(BigInt(row[0] as string));
  }

  override async set(relay: string, position: Position, ends?: PartitionEnds): Promise<void> {
    const { storeId, epoch } = this.log;
    const marks = ends === undefined ? [null, null] : [[...ends.keys()], [...ends.values()]];
    await this.database.write([
      {
        text: 'SELECT cx.set_relay($1, $2, $3, $4, $5, $6::integer[], $7::bigint[])',
        values: [relay, storeId, epoch, String(position), this.holder, ...marks],
      },
    ]);
  }

  override async hold(relay: string): Promise<boolean> {
    const [rows] = await this.database.write([
      {
        text: `INSERT INTO cx.lease AS l VALUES ($1, $2, clock_timestamp() + make_interval(secs => $3))
          ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
          WHERE l.holder = excluded.holder OR l.until < clock_timestamp() RETURNING 1`,
        values: [relay, this.holder, LEASE_SECONDS],
      },
    ]);
    return rows!.length > 0;
  }

  override async release(relay: string): Promise<void> {
    const text = 'DELETE FROM cx.lease WHERE name = $1 AND holder = $2';
    await this.database.write([{ text, values: [relay, this.holder] }]);
  }
}

class PostgresIdempotencyStore implements IdempotencyStore {
  constructor(private readonly database: Database) {}

  async find({ tenant, subject, key }: IdempotencyOwner): Promise<StoredAnswer | undefined> {
    const [row] = await this.database.rows(
      'SELECT fingerprint, outcome, at FROM cx.stored_answer WHERE tenant = $1 AND subject = $2 AND key = $3',
      ...[tenant, subject, key],
    );
    if (row === undefined) return undefined;
    const outcome = JSON.parse(row[1] as string) as StoredOutcome;
    return { fingerprint: row[0] as string, outcome, at: row[2] as number };
  }

  async keep({ tenant, subject, key }: IdempotencyOwner, { fingerprint, outcome, at }: StoredAnswer) {
    await this.database.write([
      {
        text: `INSERT INTO cx.stored_answer VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (tenant, subject, key)
          DO UPDATE SET fingerprint = excluded.fingerprint, outcome = excluded.outcome, at = excluded.at`,
        values: [tenant, subject, key, fingerprint, JSON.stringify(outcome), at],
      },
    ]);
  }

  async forgetBefore(at: number): Promise<void> {
    await this.database.write([{ text: 'DELETE FROM cx.stored_answer WHERE at < $1', values: [at] }]);
  }

  async forgetTenant(tenant: string): Promise<number> {
    const text = 'DELETE FROM cx.stored_answer WHERE tenant = $1 RETURNING 1';
    const [gone] = await this.database.write([{ text, values: [tenant] }]);
    await this.database.rewriteTables(['cx.stored_answer']);
    return gone!.length;
  }
}
