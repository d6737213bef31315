import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { Pool, type PoolClient, type PoolConfig, type QueryArrayConfig, types } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { LedgerError, StoreFault } from '#event-sourcing';
import { driverAddress } from './address.js';
import { arrayText, type Single, withoutNul } from './array-text.js';
import { AnswerLate, answerWithin, connectionOf, DeadlineClient, sentTogether } from './client.js';
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

export type Value = Single | readonly Single[];

/** One statement, with what is bound to `$1`, `$2` … */
export interface Statement {
  readonly text: string;
  readonly values?: readonly Value[];
}

/** A row as an array of its columns, in the order selected. */
export type Row = readonly unknown[];

/** Rows for a table in the text format of COPY. */
export interface CopiedRows {
  /** Its name, with the columns in their order where that is not the table's. */
  readonly table: string;
  readonly bytes: Uint8Array;
}

/** Where statements that read can be sent, some together in one round trip; answers the rows of each. */
export interface Reads {
  read(statements: readonly Statement[]): Promise<readonly (readonly Row[])[]>;
}

/** Reads that can also be copied out. */
export interface CopyingReads extends Reads {
  /** What a query without parameters finds, in the text format of COPY. */
  copyOut(query: string): Promise<Buffer>;
}

type Run = (statement: Statement) => Promise<readonly Row[]>;

/** How much longer than the server may take an answer is waited for: then the connection itself is taken to be dead. */
const ANSWER_MARGIN = 2_500;
/** `BEGIN` is answered at once: a connection on which it is not in this time is dead, as half-open ones are. */
const BEGIN_MILLIS = 3_000;
/** How long a transaction may wait for its next statement: the server ends those of a connection that was cut. */
const IDLE_MILLIS = 3_000;
/** The same for readers, who fold between two statements. */
const READER_IDLE_MILLIS = 60_000;
/** How long a table is waited for that somebody reads: whoever comes behind waits, too. */
const LOCK_MILLIS = 5_000;
/** Bytes that are sent in one message of COPY. */
const COPY_PIECE = 262_144;
/** Copying some rows of a table in or out: no COPY here is of a whole table. */
const COPY_MILLIS = 30_000;
/** Statements of one `long` transaction: building indexes, switching tables. */
const LONG_MILLIS = 900_000;

/** A connection lost in this time was lost before: a pool does not know it of one that nobody has used. */
const QUICKLY_MILLIS = 500;

const BIGINT = 20;

/** What one transaction may do, and for how long. */
interface Mode {
  readonly access: 'READ WRITE' | 'ISOLATION LEVEL REPEATABLE READ READ ONLY';
  readonly statementMillis: number;
  readonly idleMillis: number;
}

/**
 * Connections to one database. Every statement runs in a transaction that sets its own limits, and no statement is
 * prepared by name: a pooler in transaction mode may stand in between. Errors are thrown as StoreFault, which holds
 * neither SQL nor values.
 */
export class Database implements Reads {
  private pool: Pool;
  private readonly lentBy = new WeakMap<PoolClient, Pool>();
  /** For what cannot be sent ahead of answers. */
  private copyingPool: Pool | undefined;
  private readonly config: PoolConfig;
  private readonly statementMillis: number;
  private readonly connections: number;

  constructor(
    private readonly store: StoreName,
    { url, connections = 4, statementMillis = 5_000 }: PostgresOptions,
  ) {
    this.statementMillis = statementMillis;
    this.config = {
      ...{
        connectionString: driverAddress(url),
        keepAlive: true,
        application_name: 'cx-ledger',
        types: { getTypeParser },
      },
      idleTimeoutMillis: 30_000,
    };
    this.connections = connections;
    this.pool = this.newPool();
  }

  /** One reading statement. */
  async rows(text: string, ...values: readonly Value[]): Promise<readonly Row[]> {
    const [rows] = await this.read([{ text, values }]);
    return rows!;
  }

  /** Statements that read, of one moment, in one round trip; once more on another connection where one was lost or dead. */
  async read(statements: readonly Statement[]): Promise<readonly (readonly Row[])[]> {
    if (statements.length === 0) return [];
    const work = () => this.pipelined(this.reading(IDLE_MILLIS), statements);
    const begun = performance.now();
    return this.guarded(() =>
      work().catch((error: unknown) => {
        if (isDead(error) || (isLost(error) && performance.now() - begun < QUICKLY_MILLIS)) return work();
        throw error;
      }),
    );
  }

  /** Statements that write, in one transaction and one round trip; answers the rows of each. `long`: they may take minutes. */
  write(statements: readonly Statement[], long = false): Promise<readonly (readonly Row[])[]> {
    return this.guarded(() => this.pipelined(this.writing(long), statements));
  }

  /** The same, where it does not matter whether they succeed. */
  async tryWrite(statements: readonly Statement[], long = false): Promise<void> {
    await this.write(statements, long).catch(() => undefined);
  }

  /**
   * Writes tables anew with the rows that they have, so that nothing of deleted ones is left in their files. Nobody can
   * use a table meanwhile. It cannot be done within a transaction.
   */
  rewriteTables(tables: readonly string[]): Promise<void> {
    return this.guarded(async () => {
      for (const table of tables) await this.copying().query(`VACUUM (FULL) ${table}`);
    });
  }

  /** Copies rows between statements, in one transaction. `long`: the statements may take minutes. */
  copy(
    before: readonly Statement[],
    copied: readonly CopiedRows[],
    after: readonly Statement[],
    long = false,
  ): Promise<void> {
    const mode = { ...this.writing(long), ...(!long && { statementMillis: COPY_MILLIS }) };
    return this.guarded(async () => {
      const client = await connectionOf(this.copying());
      await this.lent(client, mode, async (run, begun) => {
        await begun;
        for (const statement of before) await run(statement);
        for (const { table, bytes } of copied)
          await answerWithin(
            COPY_MILLIS + ANSWER_MARGIN,
            client,
            pipeline(Readable.from(piecesOf(bytes)), client.query(copyFrom(`COPY ${table} FROM STDIN`))),
          );
        for (const statement of after) await run(statement);
        await run({ text: 'COMMIT' });
      });
    });
  }

  /** Reads of one moment, held for as long as `work` takes. */
  snapshot<T>(work: (reads: Reads) => Promise<T>): Promise<T> {
    return this.guarded(async () => this.held(await this.connect(), work));
  }

  /** The same, where rows can also be copied out; one at a time, and each statement is a round trip. */
  copyingSnapshot<T>(work: (reads: CopyingReads) => Promise<T>): Promise<T> {
    return this.guarded(async () => {
      const client = await connectionOf(this.copying());
      const copyOut = (query: string) =>
        this.guarded(() =>
          answerWithin(
            this.statementMillis + ANSWER_MARGIN,
            client,
            pipeline(client.query(copyTo(`COPY (${query}) TO STDOUT`)), gathered),
          ),
        );
      return this.held(client, (reads) => work({ ...reads, copyOut }), false);
    });
  }

  /** The driver cannot copy on a connection that sends statements ahead of their answers. */
  private copying(): Pool {
    return (this.copyingPool ??= poolOf({ ...this.config, max: this.connections }));
  }

  private async held<T>(
    client: PoolClient,
    work: (reads: Reads) => Promise<T>,
    pipelined = true,
  ): Promise<T> {
    const ended = await this.lent(client, this.reading(READER_IDLE_MILLIS), async (run, begun) => {
      if (!pipelined) await begun;
      const read = (statements: readonly Statement[]) =>
        this.guarded(() =>
          pipelined
            ? sentTogether(client, () => Promise.all(statements.map(run)))
            : oneByOne(statements, run),
        );
      const [settled] = await Promise.allSettled([work({ read })]);
      // A question that is refused leaves its connection as good as one that is answered.
      if (settled.status === 'rejected' && !isOurs(settled.reason)) throw settled.reason as Error;
      await run({ text: 'COMMIT' });
      return settled;
    });
    if (ended.status === 'rejected') throw ended.reason as Error;
    return ended.value;
  }

  async close(): Promise<void> {
    await Promise.all([this.pool.end(), this.copyingPool?.end()]);
  }

  private newPool(): Pool {
    return poolOf({ ...this.config, max: this.connections, pipeline: true });
  }

  private async connect(): Promise<PoolClient> {
    const { pool } = this;
    const client = await connectionOf(pool);
    this.lentBy.set(client, pool);
    return client;
  }

  /** Where one connection was dead, those that lie idle beside it are, too: each would be found so by itself. */
  private renew(client: PoolClient): void {
    const pool = this.lentBy.get(client);
    if (pool !== this.pool) return;
    this.pool = this.newPool();
    void pool.end().catch(() => undefined);
  }

  private reading(idleMillis: number): Mode {
    const { statementMillis } = this;
    return { access: 'ISOLATION LEVEL REPEATABLE READ READ ONLY', statementMillis, idleMillis };
  }

  private writing(long: boolean): Mode {
    return long
      ? { access: 'READ WRITE', statementMillis: LONG_MILLIS, idleMillis: READER_IDLE_MILLIS }
      : { access: 'READ WRITE', statementMillis: this.statementMillis, idleMillis: IDLE_MILLIS };
  }

  private async guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw postgresFault(error, this.store);
    }
  }

  /** All statements, and the end of the transaction, are sent before the first answer comes. */
  private async pipelined(
    mode: Mode,
    statements: readonly Statement[],
  ): Promise<readonly (readonly Row[])[]> {
    const client = await this.connect();
    return this.lent(client, mode, async (run) => {
      const answers = await Promise.allSettled([...statements, { text: 'COMMIT' }].map(run));
      // The first is the cause: those behind it only say that the transaction is aborted.
      const failed = answers.find((answer) => answer.status === 'rejected');
      if (failed !== undefined) throw failed.reason as Error;
      return answers.slice(0, -1).map((answer) => (answer as PromiseFulfilledResult<readonly Row[]>).value);
    });
  }

  /** Begins a transaction; a connection on which it did not end rightly is closed. */
  private async lent<T>(
    client: PoolClient,
    mode: Mode,
    work: (run: Run, begun: Promise<unknown>) => Promise<T>,
  ): Promise<T> {
    const { access, statementMillis, idleMillis } = mode;
    const send = async ({ text, values }: Statement, answerMillis: number): Promise<readonly Row[]> => {
      const query: QueryArrayConfig = {
        ...{ text, rowMode: 'array' },
        ...(values && { values: values.map(bound) }),
      };
      // Of several statements in one text the driver answers a list, which has no rows of its own.
      const answer: Promise<{ readonly rows?: readonly Row[] }> = client.query<unknown[]>(query);
      const { rows } = await answerWithin(answerMillis, client, answer);
      return rows ?? [];
    };
    const run: Run = (statement) => send(statement, statementMillis + ANSWER_MARGIN);
    let failed = true;
    try {
      const limits = `SET LOCAL statement_timeout = ${statementMillis}; SET LOCAL lock_timeout = ${LOCK_MILLIS}; SET LOCAL idle_in_transaction_session_timeout = ${idleMillis}`;
      const [, result] = await sentTogether(client, () => {
        const begun = send({ text: `BEGIN ${access}; ${limits}` }, BEGIN_MILLIS).catch((error: unknown) => {
          if (!(error instanceof AnswerLate)) throw error;
          this.renew(client);
          throw new DeadConnection();
        });
        return Promise.all([begun, work(run, begun)]);
      });
      failed = false;
      return result;
    } finally {
      client.release(failed);
    }
  }
}

/** The server has not even begun: nothing was done, as far as this side can know. */
class DeadConnection extends AnswerLate {}

const isDead = (error: unknown) => error instanceof DeadConnection;

async function oneByOne(statements: readonly Statement[], run: Run): Promise<readonly (readonly Row[])[]> {
  const found: (readonly Row[])[] = [];
  for (const statement of statements) found.push(await run(statement));
  return found;
}

function* piecesOf(bytes: Uint8Array): Iterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += COPY_PIECE) yield bytes.subarray(at, at + COPY_PIECE);
}

async function gathered(copied: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of copied) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Whether the reader has thrown it, and not the database. */
function isOurs(error: unknown): boolean {
  return error instanceof LedgerError && !(error instanceof StoreFault);
}

/** An idle connection that ends is replaced when one is needed; whoever uses one is told by its statement. */
function poolOf(config: PoolConfig): Pool {
  const pool = new Pool({ ...config, Client: DeadlineClient });
  pool.on('error', () => undefined);
  return pool;
}

function bound(value: Value): Single {
  if (typeof value === 'string') return withoutNul(value);
  return Array.isArray(value) ? arrayText(value as readonly Single[]) : (value as Single);
}

/** 64-bit numbers of these tables are below 2^53; positions, which may not be, are asked for as text. */
function getTypeParser(oid: number, format?: 'text' | 'binary') {
  return oid === BIGINT ? Number : types.getTypeParser(oid, format as 'text');
}
