import type { Answer, Item } from '#api';
import { Failure } from '../failure.js';
import { count, duration, table } from '../output/print.js';
import type { Client } from './client.js';

/** Where the jobs that derive rows anew are. */
export const JOBS = '/v1/projections/jobs';

/** Throws `operator-only` where the client has the key of one tenant. */
export async function projectionsOf(client: Client): Promise<Answer<'projections'>> {
  const answer = await client.get<Answer<'projections' | 'freshness'>>('/v1/projections');
  if ('head' in answer) return answer;
  throw new Failure(
    'operator-only',
    'the state of the projections of all tenants is for the operator: run this on the server’s machine, without CX_URL',
  );
}

/** Running jobs, then those that have ended, the latest first. */
export async function jobsOf(client: Client): Promise<readonly Item<'jobs'>[]> {
  return (await client.get<Answer<'jobs'>>(JOBS)).items;
}

/** How far a job has come, in words: a rebuild goes through the customers of all tenants, other jobs count events alone. */
export function progressWords(
  job: Omit<NonNullable<Item<'projections'>['rebuild']>, 'job'> & { readonly kind?: string },
): string {
  const left = job.secondsLeft === null ? '' : `, ${duration(job.secondsLeft)} left`;
  const done =
    (job.kind ?? 'rebuild') === 'rebuild'
      ? `${count(job.customersDone)} of ${count(job.customersTotal)} customers`
      : `${count(job.eventsDone)} of ${count(job.eventsTotal)} events`;
  return `${done}, ${count(job.eventsPerSecond)} events/s${left}`;
}

/** How many rows a job has found to differ, with the columns that differ of the first of them. */
export function differences({ differing, examples }: Item<'jobs'>): string {
  const lines = examples.map((row) => [row.table, row.tenant, row.customer, row.key, changesOf(row)]);
  const words = `${count(differing)} rows differ from those before`;
  if (lines.length === 0) return words;
  const first = differing > lines.length ? `; the first ${lines.length}` : '';
  return `${words}${first}:\n${table(['table', 'tenant', 'customer', 'row', 'before → now'], lines)}`;
}

function changesOf({ from, to }: Item<'jobs'>['examples'][number]): string {
  if (from === null || to === null) return from === null ? 'new' : 'gone';
  return Object.keys(to)
    .filter((column) => from[column] !== to[column])
    .map((column) => `${column} ${String(from[column])} → ${String(to[column])}`)
    .join(', ');
}
