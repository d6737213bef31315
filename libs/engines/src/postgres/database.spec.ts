import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import { PG_MIGRATE_LOCK_ID } from 'node-pg-migrate';
import { LedgerError } from '#event-sourcing';
import { TABLES } from '#views';
import { CuttingProxy } from '../../../../test/kit/cutting-proxy.js';
import { describeWithPostgres } from '../../../../test/kit/describe-with-postgres.js';
import { PostgresServer } from '../../../../test/kit/postgres-server.js';
import { until } from '../../../../test/kit/until.js';
import { CopyWriter } from './copy-text.js';
import { Database } from './database.js';
import { PostgresReadModel } from './read-side/postgres-read-model.js';
import { openPostgresOperationsStore } from './side-stores.js';

const SECRET = 'ada@example.org';
const fault = async (work: Promise<unknown>) => {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error as { code: string } | undefined;
};

describeWithPostgres('11.2: a database of PostgreSQL', () => {
  let server: PostgresServer;
  let url: string;
  let database: Database;
  beforeAll(async () => {
    server = await PostgresServer.start();
    url = await server.database();
    database = new Database('views', { url, statementMillis: 1_000 });
    await server.admin((client) => client.query('CREATE TABLE t (id bigint PRIMARY KEY, words text)'), url);
  });
  afterAll(async () => {
    await database.close();
    await server.remove();
  });

  it.each<[string, string, readonly (string | number)[], string]>([
    ['a value that is no number', 'SELECT $1::bigint', [SECRET], 'views-failed'],
    ['a row that is there', `INSERT INTO t VALUES (1, $1), (1, $1)`, [SECRET], 'views-failed'],
    ['SQL that is none', `SELECT '${SECRET}' FROM nowhere`, [], 'views-failed'],
    ['a statement that takes too long', `SELECT pg_sleep(5), $1`, [SECRET], 'views-timeout'],
    ['what it may not do', `SET LOCAL ROLE pg_monitor; COPY t FROM PROGRAM '${SECRET}'`, [], 'views-refused'],
  ])('tells of %s its kind, and neither SQL nor values', async (_what, text, values, code) => {
    const error = await fault(database.write([{ text, values: values.length === 0 ? undefined : values }]));
    expect(error?.code).toBe(code);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(SECRET);
  });

  it('tells of a wrong password, an unknown database and a server that is away, without the password', async () => {
    const changed = (change: Partial<URL>) => {
      const other = new Database('key-store', { url: Object.assign(new URL(url), change).href });
      return fault(other.rows('SELECT 1').finally(() => other.close()));
    };
    const found = [
      await changed({ password: SECRET }),
      await changed({ pathname: '/nowhere' }),
      await changed({ port: '1' }),
    ];
    expect(found.map((error) => error?.code)).toEqual([
      ...['key-store-refused', 'key-store-refused', 'key-store-unavailable'],
    ]);
    for (const error of found) expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(SECRET);
  });

  it('keeps nothing of a transaction of which a statement failed', async () => {
    const insert = { text: 'INSERT INTO t VALUES ($1, $2)', values: [7, 'kept?'] };
    await expect(database.write([insert, { text: 'SELECT 1 / 0' }, insert])).rejects.toMatchObject({
      code: 'views-failed',
    });
    expect(await database.rows('SELECT * FROM t WHERE id = 7')).toEqual([]);
  });

  it('keeps the connection of a question that was refused, and none of one that has failed', async () => {
    const session = () =>
      database.snapshot(
        async (reads) => (await reads.read([{ text: 'SELECT pg_backend_pid()' }]))[0]![0]![0],
      );
    const before = await session();
    const refused = database.snapshot(() => Promise.reject(new LedgerError('not-found', 'no such customer')));
    await expect(refused).rejects.toMatchObject({ code: 'not-found' });
    expect(await session()).toBe(before);
    const failed = database.snapshot((reads) => reads.read([{ text: 'SELECT 1 / 0' }]));
    await expect(failed).rejects.toMatchObject({ code: 'views-failed' });
    expect(await session()).not.toBe(before);
  });

  it('11.8: gives all connections up when one is found half open, and reads on another one', async () => {
    const proxy = await CuttingProxy.start(server.port);
    const through = new Database('views', {
      url: Object.assign(new URL(url), { port: String(proxy.port) }).href,
    });
    const reads = () => Promise.all(Array.from({ length: 4 }, () => through.rows('SELECT pg_sleep(0.05)')));
    await reads();
    proxy.freeze();
    proxy.thaw();
    // All four lie idle, and none of them will ever answer.
    expect(await through.rows('SELECT 1')).toEqual([[1]]);
    expect(await reads()).toHaveLength(4);
    await through.close();
    await proxy.close();
  }, 30_000);

  it('11.3: takes no server to be away that answered while this process was busy', async () => {
    const connecting = new Database('views', { url });
    const work = [
      // Neither of them is tried again by itself: a write, and the first connection to a server.
      database.write([{ text: 'SELECT 1' }]),
      connecting.write([{ text: 'SELECT 2' }]),
      PostgresReadModel.open({ url }).then((readModel) => readModel.close()),
    ];
    const done = Promise.allSettled(work);
    // The requests are on their way before the event loop stands still for longer than any of them may take.
    await new Promise(setImmediate);
    for (const end = performance.now() + 4_100; performance.now() < end;);
    expect((await done).filter(({ status }) => status === 'rejected')).toEqual([]);
    await connecting.close();
  }, 30_000);

  it('takes any text, by parameters and by COPY alike', async () => {
    const words = ['tab\tline\nreturn\rback\\slash \\N', '\\.', '', 'Ärger 🙂', 'a\u0000b', 'quote \' " $1'];
    const rows = words.map((word, at) => [at + 100, word] as const);
    const copied = new CopyWriter(1);
    for (const row of rows) {
      row.forEach((value) => copied.value(value));
      copied.endLine();
    }
    await database.copy([], [{ table: 't (id, words)', bytes: copied.part() }], []);
    await database.write([
      {
        text: 'INSERT INTO t SELECT * FROM unnest($1::bigint[], $2::text[])',
        values: [rows.map(([at]) => at + 100), words],
      },
    ]);
    const stored = await database.rows('SELECT words FROM t WHERE id >= 100 ORDER BY id');
    // PostgreSQL's text has no U+0000.
    const wanted = words.map((word) => word.replace('\0', '\u2400'));
    expect(stored.map(([word]) => word)).toEqual([...wanted, ...wanted]);
  });

  it('is made ready once, however many begin at one time', async () => {
    const fresh = await server.database();
    const opened = await Promise.all([
      ...Array.from({ length: 4 }, () => openPostgresOperationsStore({ url: fresh })),
      ...Array.from({ length: 3 }, () => PostgresReadModel.open({ url: fresh })),
    ]);
    await Promise.all(opened.map((one) => one.close()));
    const [{ count }] = await server.admin(
      async (client) =>
        (await client.query<{ count: string }>('SELECT count(*) FROM cx.derived')).rows as [
          { count: string },
        ],
      fresh,
    );
    expect(Number(count)).toBe(TABLES.length);
  });

  it('11.2: is away, and nothing else, where the server ends the connection over which the schema is made', async () => {
    const fresh = await server.database();
    await server.admin(async (client) => {
      await client.query('SELECT pg_advisory_lock($1)', [PG_MIGRATE_LOCK_ID]);
      const opening = fault(PostgresReadModel.open({ url: fresh }));
      await until('it waits for the lock', async () => {
        const ended = await client.query(
          `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`,
        );
        return ended.rowCount === 1;
      });
      expect((await opening)?.code).toBe('views-unavailable');
    }, fresh);
  });

  it('says which roles are missing where it may not make them', async () => {
    const poor = `cx_poor_${process.pid}`;
    const fresh = await server.database();
    const name = new URL(fresh).pathname.slice(1);
    const others = await server.admin(async (client) => {
      await client.query(`CREATE ROLE ${poor} LOGIN PASSWORD '${poor}'`);
      await client.query(`GRANT ALL ON DATABASE ${name} TO ${poor}`);
      return (await client.query(`SELECT FROM pg_roles WHERE rolname = 'cx_reporting'`)).rowCount!;
    });
    // Made by other databases of the server already, but not granted.
    expect(others).toBeGreaterThan(0);
    const place = { url: Object.assign(new URL(fresh), { username: poor, password: poor }).href };
    await expect(PostgresReadModel.open(place)).rejects.toMatchObject({
      code: 'views-refused',
      message: expect.stringContaining('CREATE ROLE cx_reporting NOLOGIN'),
    });
    await server.drop(fresh);
    await server.admin((client) => client.query(`DROP ROLE ${poor}`));
  });
});
