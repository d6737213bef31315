import { once } from 'node:events';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { PostgresReadModel } from '#engines/postgres';
import { Projector, type ReadModelChange } from '#projector';
import { TABLES } from '#views';
import { PostgresServer, postgresMissing } from '../kit/postgres-server.js';
import { SetClock } from '../kit/projected.js';
import type { Run } from './figures.js';
import { processorTimes } from './processor-times.js';
import { BEGINNING, Visits } from './visits.js';

const TYPES = { text: 'text', integer: 'bigint', real: 'double precision' } as const;
type Statement = { readonly text: string; readonly values?: readonly unknown[] };

/**
 * Views in PostgreSQL: live in pages, and all tables derived anew, beside the bare driver that writes the same rows by
 * unnest and by COPY into tables of the same keys and indexes.
 */
export async function postgresSection(run: Run): Promise<void> {
  const missing = postgresMissing();
  if (missing !== undefined) return run.say(`postgres: left out, there is ${missing}`);
  run.say('postgres: starting a server');
  const server = await PostgresServer.start({ durable: true, settings: ['shared_buffers=256MB'] });
  try {
    for (const page of [50, 500]) await live(run, server, page);
    await rebuilt(run, server);
  } finally {
    await server.remove();
  }
}

async function live(run: Run, server: PostgresServer, page: number): Promise<void> {
  const [stored, events] = run.quick ? [20_000, 5_000] : [100_000, 20_000];
  const rounds: { readonly ours: number; readonly bare: number }[] = [];
  for (let round = 1; round <= (run.quick ? 1 : 3); round++) {
    run.say(`postgres: live in pages of ${page}, round ${round}`);
    const { url, readModel, visits, clock } = await filled(server, stored);
    const projector = new Projector({ events: visits, readModel, clock, limits: { pageEvents: page } });
    // What is read at first is not what is measured.
    visits.deliver(events);
    await projector.catchUp();
    visits.deliver(events);
    const changes = recorded(readModel);
    const ours = await rateOf(events, () => projector.catchUp());
    const bare = await bareRate(url, changes, events);
    rounds.push({ ours, bare });
    await readModel.close();
    await server.drop(url);
  }
  const [value, limit] = [
    Math.max(...rounds.map((one) => one.ours)),
    Math.max(...rounds.map((one) => one.bare)),
  ];
  run.add({
    ...{
      bench: 'postgres-live',
      what: `log → timelines and tables, pages of ${page}`,
      value,
      unit: 'events/s',
    },
    limit: { what: 'unnest upserts of the same rows and chunks, one transaction a page', value: limit },
    goal: { text: '≥ 0.5 of it', met: value >= limit / 2 },
    rounds: rounds.map(({ ours }) => ours),
  });
}

async function rebuilt(run: Run, server: PostgresServer): Promise<void> {
  const stored = run.quick ? 150_000 : 300_000;
  run.say('postgres: filling');
  const { url, readModel, visits, clock } = await filled(server, stored);
  const projector = new Projector({ events: visits, readModel, clock });
  const rounds: Rebuilt[] = [];
  const commits = timedCommits(readModel);
  // Threads begin uncompiled: that is in the first round.
  for (let round = 1; round <= (run.quick ? 2 : 3); round++) {
    run.say(`postgres: derived anew, round ${round}`);
    const rows = await rowsOf(server, url);
    commits.seconds = 0;
    const before = processorSeconds();
    const seconds = await secondsOf(async () => {
      await projector.rebuild();
      await projector.catchUp();
    });
    const after = processorSeconds();
    const spent = after.map((one, i) => (one - before[i]!).toFixed(1));
    const committed = rows / commits.seconds;
    rounds.push({
      ...{ ours: rows / seconds, committed, spent, events: stored / seconds },
      bare: await copyRate(server, url, rows),
    });
  }
  const [value, limit] = [
    Math.max(...rounds.map((one) => one.ours)),
    Math.max(...rounds.map((one) => one.bare)),
  ];
  const events = Math.round(Math.max(...rounds.map((one) => one.events))).toLocaleString('en');
  run.add({
    ...{
      bench: 'postgres-rebuild',
      what: 'timelines → rows of new tables, with indexes',
      value,
      unit: 'rows/s',
    },
    limit: { what: 'COPY of the same rows, with indexes', value: limit },
    goal: { text: '≥ 0.5 of it', met: value >= limit / 2 },
    note: `${events} events/s; each row is also compared with the one before; ${rounds.map(({ spent }) => spent.join(' + ')).join(', ')} s of processor (projecting thread + deriving threads + PostgreSQL)`,
    rounds: rounds.map(({ ours }) => ours),
  });
  const engine = Math.max(...rounds.map(({ committed }) => committed));
  run.add({
    ...{
      bench: 'postgres-rebuild-commits',
      what: 'rows that threads have derived → new tables, with indexes',
    },
    ...{ value: engine, unit: 'rows/s' },
    limit: { what: 'COPY of the same rows, with indexes', value: limit },
    goal: { text: '≥ 0.5 of it', met: engine >= limit / 2 },
    note: 'the time within commits of the rebuild above, while threads derive the next rows',
    rounds: rounds.map(({ committed }) => committed),
  });
  await readModel.close();
}

interface Rebuilt {
  /** Rows a second: the whole rebuild, its commits alone, and the driver alone. */
  readonly ours: number;
  readonly committed: number;
  readonly bare: number;
  readonly events: number;
  readonly spent: readonly string[];
}

/** Counts the seconds in which commits are under way. */
function timedCommits(readModel: PostgresReadModel): { seconds: number } {
  const counted = { seconds: 0 };
  const commit = readModel.commit.bind(readModel);
  readModel.commit = async (change) => {
    counted.seconds += await secondsOf(() => commit(change));
  };
  return counted;
}

/** Processor time so far, s: this thread, the others of this process, and PostgreSQL's processes. */
function processorSeconds(): readonly number[] {
  const seconds = ({ user, system }: NodeJS.CpuUsage) => (user + system) / 1e6;
  const own = seconds(process.threadCpuUsage());
  return [own, seconds(process.cpuUsage()) - own, processorTimes(new Map()).get('postgres') ?? 0];
}

/** A read model with the events of visits in it. */
async function filled(server: PostgresServer, events: number) {
  const url = await server.database();
  const visits = new Visits(events / 10).deliver(events);
  const readModel = await PostgresReadModel.open({ url });
  const clock = new SetClock(BEGINNING + events * 10_000);
  await new Projector({ events: visits, readModel, clock }).catchUp();
  await server.admin((client) => client.query('VACUUM ANALYZE'), url);
  return { url, readModel, visits, clock };
}

function recorded(readModel: PostgresReadModel): readonly ReadModelChange[] {
  const changes: ReadModelChange[] = [];
  const commit = readModel.commit.bind(readModel);
  readModel.commit = (change) => {
    changes.push(change);
    return commit(change);
  };
  return changes;
}

/** The same rows and chunks once more, by the driver alone. */
async function bareRate(url: string, changes: readonly ReadModelChange[], events: number): Promise<number> {
  const client = new pg.Client({ connectionString: url, pipeline: true });
  await client.connect();
  try {
    await client.query('CREATE SCHEMA bare');
    const { rows } = await client.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relnamespace = 'cx'::regnamespace AND relkind = 'r' AND (relname LIKE 'rows\\_%' OR relname IN ('chunk', 'customer'))`,
    );
    for (const { name } of rows) {
      const bare = `bare.${name.replace(/^rows_(.*)_\d+$/, '$1')}`;
      await client.query(`CREATE TABLE ${bare} (LIKE cx.${name} INCLUDING ALL)`);
    }
    const pages = changes.map(upserts);
    return await rateOf(events, async () => {
      for (const statements of pages)
        await Promise.all(
          [{ text: 'BEGIN' }, ...statements, { text: 'COMMIT' }].map((one: Statement) =>
            client.query(one.text, one.values as unknown[]),
          ),
        );
    });
  } finally {
    await client.end();
  }
}

function upserts({ customers = [], chunks = [], rows = [] }: ReadModelChange): readonly Statement[] {
  const put = chunks.flatMap(({ customer, change }) =>
    change.chunks.map((chunk) => ({ customer, ...chunk })),
  );
  return [
    {
      text: `INSERT INTO bare.customer (id, tenant, name) SELECT id, 1, name FROM unnest($1::bigint[], $2::text[]) u (id, name)
        ON CONFLICT DO NOTHING`,
      values: [customers.map(({ number }) => number), customers.map(({ name }) => name)],
    },
    {
      text: `INSERT INTO bare.chunk SELECT customer, number, 0, facts FROM unnest($1::bigint[], $2::int[], $3::bytea[])
        u (customer, number, facts) ON CONFLICT (customer, number) DO UPDATE SET facts = excluded.facts`,
      values: [put.map((one) => one.customer), put.map((one) => one.number), put.map((one) => one.bytes)],
    },
    ...TABLES.map(({ name, columns }) => {
      const own = Object.entries(columns);
      const latest = new Map(
        rows
          .filter(({ table }) => table === name)
          .flatMap(({ person, put: written }) =>
            written.map(({ row }) => [`${person.number} ${row.key}`, { person, row }] as const),
          ),
      );
      const all = [...latest.values()];
      const types = ['bigint', 'text', 'int', 'text', 'bigint', ...own.map(([, type]) => TYPES[type])];
      const set = ['due', ...own.map(([column]) => column)].map((one) => `"${one}" = excluded."${one}"`);
      return {
        text: `INSERT INTO bare.${name} SELECT * FROM unnest(${types.map((type, i) => `$${i + 1}::${type}[]`).join(', ')})
          ON CONFLICT (person, key) DO UPDATE SET ${set.join(', ')}`,
        values: [
          ...[all.map(({ person }) => person.number), all.map(({ row }) => row.key), all.map(() => 1)],
          ...[all.map(({ person }) => person.name), all.map(({ row }) => row.due)],
          ...own.map(([column]) => all.map(({ row }) => row.columns[column] ?? null)),
        ],
      };
    }),
  ];
}

/** The derived tables copied out, and in again by the driver alone: as fast as PostgreSQL takes such rows. */
async function copyRate(server: PostgresServer, url: string, rows: number): Promise<number> {
  return server.admin(async (client) => {
    const seconds: number[] = [];
    for (const { name } of TABLES) {
      const { rows: found } = await client.query<{ name: string }>(
        `SELECT 'rows_${name}_' || current AS name FROM cx.derived WHERE name = '${name}'`,
      );
      const source = `cx.${found[0]!.name}`;
      const lines = (await client.query<{ line: string }>(`SELECT ${lineOf(name)} AS line FROM ${source}`))
        .rows;
      const text = Buffer.from(lines.map(({ line }) => line).join(''));
      await client.query(
        `DROP TABLE IF EXISTS copied; CREATE TABLE copied (LIKE ${source} INCLUDING DEFAULTS)`,
      );
      seconds.push(
        await secondsOf(async () => {
          const stream = client.query(copyFrom('COPY copied FROM STDIN'));
          stream.end(text);
          await once(stream, 'finish');
          const { rows: indexes } = await client.query<{ make: string }>(
            `SELECT regexp_replace(regexp_replace(indexdef, 'INDEX \\w+', 'INDEX'), 'ON \\S+', 'ON copied') AS make
             FROM pg_indexes WHERE schemaname = 'cx' AND tablename = '${found[0]!.name}'`,
          );
          for (const { make } of indexes) await client.query(make);
        }),
      );
    }
    return rows / seconds.reduce((sum, one) => sum + one, 0);
  }, url);
}

function lineOf(table: string): string {
  const own = Object.keys(TABLES.find(({ name }) => name === table)!.columns);
  const fields = ['person', 'key', 'tenant', 'customer', 'due', ...own].map(
    (column) =>
      `coalesce(replace(replace("${column}"::text, E'\\\\', E'\\\\\\\\'), E'\\n', E'\\\\n'), E'\\\\N')`,
  );
  return `${fields.join(` || E'\\t' || `)} || E'\\n'`;
}

async function rowsOf(server: PostgresServer, url: string): Promise<number> {
  return server.admin(async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `SELECT 'cx.rows_' || name || '_' || current AS name FROM cx.derived`,
    );
    let sum = 0;
    for (const { name } of rows)
      sum += Number((await client.query<{ count: string }>(`SELECT count(*) FROM ${name}`)).rows[0]!.count);
    return sum;
  }, url);
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1_000;
}

async function rateOf(events: number, work: () => Promise<unknown>): Promise<number> {
  return events / (await secondsOf(work));
}
