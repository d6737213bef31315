import { StoreFault } from '#event-sourcing';
import type { WrappedKeys, WrappedSecret } from '#privacy';
import { Database, type PostgresOptions, type Statement } from '../database.js';
import { migrate } from '../migrate.js';
import { PostgresAliasStore } from './postgres-alias-store.js';
import { PostgresErasureStore } from './postgres-erasure-store.js';

/** Secrets of one statement. */
const PAGE = 2_000;

/** The keys of a database, which servers may be using. Throws StoreFault. */
export function readKeys(place: PostgresOptions): Promise<WrappedKeys> {
  return withKeys(place, async (database) => {
    const masters = await database.rows('SELECT version, check_value FROM cx.master_key ORDER BY version');
    const secrets: WrappedSecret[] = [];
    for (let last: WrappedSecret | undefined; ;) {
      const rows = await database.rows(
        `SELECT tenant, customer, master, wrapped FROM cx.secret WHERE (tenant, customer) > ($1, $2)
         ORDER BY tenant, customer LIMIT $3`,
        ...[last?.tenant ?? '', last?.customer ?? '', PAGE],
      );
      for (const [tenant, customer, master, wrapped] of rows as [string, string, number, Uint8Array][])
        secrets.push({ tenant, customer, master, wrapped });
      last = secrets.at(-1);
      if (rows.length < PAGE) break;
    }
    return {
      erasures: await erasuresIn(database).all(),
      aliases: await new PostgresAliasStore(database).all(),
      masters: masters.map(([version, check]) => ({
        version: version as number,
        check: check as Uint8Array,
      })),
      secrets,
    };
  });
}

/**
 * Adds these keys to a database that has none, or some of them: an interrupted move goes on. Throws StoreFault
 * `copy-keys-differ` where it has keys of its own; then nothing is added.
 */
export function addKeys(place: PostgresOptions, keys: WrappedKeys): Promise<void> {
  const { masters, secrets, erasures, aliases } = keys;
  return withKeys(place, async (database) => {
    const pages = Array.from({ length: Math.ceil(secrets.length / PAGE) }, (_, i) =>
      secrets.slice(i * PAGE, (i + 1) * PAGE),
    );
    let same = 0;
    for (const page of pages) same += await countOf(database, sameAs(page));
    const there = await countOf(database, { text: 'SELECT count(*) FROM cx.secret' });
    if (there !== same) throw differ(there - same);
    await database.write([
      {
        text: 'INSERT INTO cx.master_key SELECT * FROM unnest($1::int[], $2::bytea[]) ON CONFLICT DO NOTHING',
        values: [masters.map(({ version }) => version), masters.map(({ check }) => check)],
      },
    ]);
    for (const page of pages) await database.write([adding(page)]);
    await erasuresIn(database).restore(erasures);
    for (let from = 0; from < aliases.length; from += PAGE)
      await new PostgresAliasStore(database).add(aliases.slice(from, from + PAGE));
  });
}

/** The erasures of a database in which nobody is erased now. */
const erasuresIn = (database: Database) =>
  new PostgresErasureStore(database, async (owners) => owners.map(() => null));

const columnsOf = (page: readonly WrappedSecret[]) => [
  page.map(({ tenant }) => tenant),
  page.map(({ customer }) => customer),
  page.map(({ master }) => master),
  page.map(({ wrapped }) => wrapped),
];

function sameAs(page: readonly WrappedSecret[]): Statement {
  return {
    text: `SELECT count(*) FROM unnest($1::text[], $2::text[], $3::int[], $4::bytea[]) u (tenant, customer, master, wrapped)
      JOIN cx.secret s USING (tenant, customer, master, wrapped)`,
    values: columnsOf(page),
  };
}

function adding(page: readonly WrappedSecret[]): Statement {
  return {
    text: `INSERT INTO cx.secret SELECT * FROM unnest($1::text[], $2::text[], $3::int[], $4::bytea[]) ON CONFLICT DO NOTHING`,
    values: columnsOf(page),
  };
}

async function countOf(database: Database, { text, values = [] }: Statement): Promise<number> {
  const [row] = await database.rows(text, ...values);
  return Number(row![0]);
}

function differ(own: number): StoreFault {
  return new StoreFault(
    'copy-keys-differ',
    `the database has ${own} keys that the source has not: a server has used it already; name an empty database`,
  );
}

async function withKeys<T>(place: PostgresOptions, work: (database: Database) => Promise<T>): Promise<T> {
  await migrate('key-store', place);
  const database = new Database('key-store', place);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
