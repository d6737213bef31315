import { createHash } from 'node:crypto';
import { inParallel } from './exact-decimals.js';
import type { LedgerProcess } from './ledger-process.js';
import { until } from './until.js';

/** Who is asked: one server, or one of those that share engines. */
type Asked = Pick<LedgerProcess, 'text' | 'get' | 'all'>;

const VIEWS = ['/loyalty', '/churn-risk', '/issues'] as const;
/** One customer of so many is also asked for each view by its own route; of the others all views come in one answer. */
const BY_ITS_ROUTE = 8;

/** The customers of a tenant, as the ledger's own list of loyalty names them, sorted. */
export async function customersOf(ledger: Asked, tenant = 'default'): Promise<string[]> {
  const bands = ['low', 'medium', 'high', 'unknown'];
  const lists = await Promise.all(
    bands.map((band) => ledger.all<{ customer: string }>('/v1/loyalty', { band }, tenant)),
  );
  return lists
    .flat()
    .map(({ customer }) => customer)
    .sort();
}

/** A digest of every view of every customer as of one moment, without positions: equal when all views are. */
export async function digestOfViews(
  ledger: Asked,
  customers: readonly string[],
  asOf: string,
): Promise<string> {
  const answers = new Map<string, string>();
  const own = new Set(customers.filter((_, i) => i % BY_ITS_ROUTE === 0));
  await inParallel(customers, 4, async (customer) => {
    const routes = ['', ...(own.has(customer) ? VIEWS : [])];
    const texts = await Promise.all(
      routes.map((route) => ledger.text(`/v1/customers/${encodeURIComponent(customer)}${route}`, { asOf })),
    );
    answers.set(
      customer,
      texts
        .map((text) => JSON.stringify({ ...(JSON.parse(text) as object), position: undefined }))
        .join('\n'),
    );
  });
  const hash = createHash('sha256');
  for (const customer of customers) hash.update(`${customer}\n${answers.get(customer)!}\n`);
  return hash.digest('hex');
}

/** Waits until the views show everything that is recorded. */
export async function caughtUp(ledger: Asked): Promise<void> {
  await until(
    'the views to catch up',
    async () => {
      const { items } = await ledger.get<{ items: { eventsBehind: number }[] }>('/v1/projections');
      return items.every(({ eventsBehind }) => eventsBehind === 0);
    },
    120_000,
  );
}
