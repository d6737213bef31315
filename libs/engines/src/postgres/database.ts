import { Pool, type PoolClient, type QueryArrayConfig, types } from 'pg';
import { isLost, postgresFault, type StoreName } from './postgres-fault.js';

/** How a database is reached. */
export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`; may lead to a pooler in transaction mode. */
  readonly url: string;
  /** Reaches the server itself, for migrations, where `url` leads to a pooler. Default: `url`. */
  readonly directUrl?: string;
  /** Connections at most. Default 4. */
  readonly connections?: number;
  /** Milliseconds after which the server cancels a statement. Default 5,000. */
  readonly statementMillis?: number;
}

export type Value = string | number | bigint | boolean | Uint8Array | null | readonly Value[];

/** One statement, with what is bound to `$1`, `$2` … */
export interface Statement {
  readonly text: string;
  readonly values?: readonly Value[];
}

/** A row as an array of its columns, in the order selected. */
export type Row = readonly unknown[];

/** The statements of one open transaction. */
export interface Session {
  rows(text: string, ...values: readonly Value[]): Promise<readonly Row[]>;
}

/** Beyond what the server may take: then the connection itself is taken to be dead. */
const ANSWER_MARGIN = 2_500;
const CONNECT_MILLIS = 4_000;
/** Statements of one `long` transaction: building indexes, switching tables. */
const LONG_MILLIS = 900_000;

const BIGINT = 20;

/**
 * Connections to one database. Every statement runs in a transaction that sets its own limits, and no statement is
 * prepared by name: a pooler in transaction mode may stand in between. Errors are thrown as StoreFault, which holds
 * neither SQL nor values.
 */
export class Database {
  private readonly pool: Pool;
  readonly statementMillis: number;

  constructor(
    private readonly store: StoreName,
    { url, connections = 4, statementMillis = 5_000 }: PostgresOptions,
  ) {
    this.statementMillis = statementMillis;
    this.pool = new Pool({
      connectionString: url,
      max: connections,
      pipeline: true,
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_MILLIS,
      idleTimeoutMillis: 30_000,
      application_name: 'cx-ledger',
      types: { getTypeParser },
    });
    // An idle connection that ends is replaced when one is needed; who needs one hears of it.
    this.pool.on('error', () => undefined);
  }

  /** One reading statement; tried once more, on another connection, where the connection was lost. */
  async rows(text: string, ...values: readonly Value[]): Promise<readonly Row[]> {
    const [rows] = await this.again(() => this.pipelined('READ ONLY', [{ text, values }]));
    return rows!;
  }

  /** Statements that read, of one moment, in one round trip. */
  read(statements: readonly Statement[]): Promise<readonly (readonly Row[])[]> {
    return this.again(() => this.pipelined('ISOLATION LEVEL REPEATABLE READ READ ONLY', statements));
  }

  /** Statements that write, in one transaction and one round trip; answers the rows of each. */
  write(statements: readonly Statement[], long = false): Promise<readonly (readonly Row[])[]> {
    return this.guarded(() => this.pipelined('READ WRITE', statements, long));
  }

  /** Reads of one moment, held for as long as `work` takes. */
  async snapshot<T>(work: (session: Session) => Promise<T>): Promise<T> {
    return this.guarded(async () => {
      const client = await this.pool.connect();
      return this.lent(client, async (run) => {
        const begun = run({ text: this.begin('ISOLATION LEVEL REPEATABLE READ READ ONLY', false) });
        begun.catch(() => undefined);
        const session: Session = {
          rows: (text, ...values) => this.guarded(() => run({ text, values })),
        };
        const result = await work(session);
        await begun;
        await run({ text: 'COMMIT' });
        return result;
      });
    });
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  private async again<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!isLost(error)) throw postgresFault(error, this.store);
      return this.guarded(work);
    }
  }

  private async guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw postgresFault(error, this.store);
    }
  }

  private begin(mode: string, long: boolean): string {
    const millis = long ? LONG_MILLIS : this.statementMillis;
    return `BEGIN ${mode}; SET LOCAL statement_timeout = ${millis}; SET LOCAL idle_in_transaction_session_timeout = ${long ? LONG_MILLIS : this.statementMillis}`;
  }

  private async pipelined(
    mode: string,
    statements: readonly Statement[],
    long = false,
  ): Promise<readonly (readonly Row[])[]> {
    const client = await this.pool.connect();
    return this.lent(client, async (run) => {
      const all = [{ text: this.begin(mode, long) }, ...statements, { text: 'COMMIT' }];
      const answers = await Promise.allSettled(all.map((statement) => run(statement, long)));
      // The first is the cause: those behind it only say that the transaction is aborted.
      const failed = answers.find(({ status }) => status === 'rejected');
      if (failed !== undefined) throw (failed as PromiseRejectedResult).reason;
      return answers.slice(1, -1).map((answer) => (answer as PromiseFulfilledResult<readonly Row[]>).value);
    });
  }

  /** Gives the connection back when the work is done; one whose transaction did not end rightly is closed. */
  private async lent<T>(
    client: PoolClient,
    work: (run: (statement: Statement, long?: boolean) => Promise<readonly Row[]>) => Promise<T>,
  ): Promise<T> {
    let failed = true;
    try {
      const result = await work(async ({ text, values }, long = false) => {
        const query: QueryArrayConfig & { query_timeout: number } = {
          text,
          ...(values && { values: values.map(bound) }),
          rowMode: 'array',
          query_timeout: (long ? LONG_MILLIS : this.statementMillis) + ANSWER_MARGIN,
        };
        // Of several statements in one text the driver answers a list, which has no rows of its own.
        const { rows } = (await client.query<unknown[]>(query)) as { readonly rows?: readonly Row[] };
        return rows ?? [];
      });
      failed = false;
      return result;
    } finally {
      client.release(failed);
    }
  }
}

/** PostgreSQL stores every character in text but the first of Unicode. */
function bound(value: Value): Value {
  if (typeof value === 'string') return value.includes('\0') ? value.replaceAll('\0', '\u2400') : value;
  return Array.isArray(value) ? (value as readonly Value[]).map(bound) : value;
}

/** 64-bit numbers of these tables are below 2^53; positions, which may not be, are asked for as text. */
function getTypeParser(oid: number, format?: 'text' | 'binary') {
  return oid === BIGINT ? Number : types.getTypeParser(oid, format as 'text');
}
