import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { driverAddress } from './address.js';
import { answerWithin, DeadlineClient } from './client.js';
import type { PostgresOptions } from './database.js';
import { postgresFault, type StoreName } from './postgres-fault.js';

const ANSWER_MILLIS = 10_000;
const FOLDER = join(import.meta.dirname, 'migrations');

/** The names of the migrations that this program brings along, in their order. */
function migrations(): readonly string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.sql'))
    .map((file) => file.replace(/\.sql$/, ''))
    .sort();
}

/**
 * Brings the schema to this program's version. Where anything is to be done, it is done over the direct address: the lock
 * that keeps others out belongs to a session. Throws StoreFault.
 */
export async function migrate(store: StoreName, { url, directUrl = url }: PostgresOptions): Promise<void> {
  try {
    if (await isUpToDate(url)) return;
    const { runner } = await import('node-pg-migrate');
    const silent = () => undefined;
    await connected(directUrl, async (dbClient) => {
      await runner({
        dbClient,
        dir: FOLDER,
        direction: 'up',
        migrationsSchema: 'cx',
        migrationsTable: 'migration',
        createMigrationsSchema: true,
        advisoryLockMode: 'wait',
        logger: { debug: silent, info: silent, warn: silent, error: silent },
      });
    });
  } catch (error) {
    throw postgresFault(error, store);
  }
}

function isUpToDate(url: string): Promise<boolean> {
  return connected(url, async (client) => {
    const there = await answerWithin(
      ANSWER_MILLIS,
      client,
      client.query<{ there: string | null }>(`SELECT to_regclass('cx.migration')::text AS there`),
    );
    if (there.rows[0]!.there === null) return false;
    const done = await answerWithin(
      ANSWER_MILLIS,
      client,
      client.query<{ name: string }>('SELECT name FROM cx.migration'),
    );
    const names = new Set(done.rows.map(({ name }) => name));
    return migrations().every((name) => names.has(name));
  });
}

/** Not node-pg-migrate's own connection: nobody listens to the errors of that, so one that the server ends ends the process. */
async function connected<T>(url: string, work: (client: DeadlineClient) => Promise<T>): Promise<T> {
  const client = new DeadlineClient({ connectionString: driverAddress(url) });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
