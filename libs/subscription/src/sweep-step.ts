import type { ReadModelTransaction, SweepRecord } from '#event-sourcing';
import type { Disturbance } from './disturbances.js';
import type { Setting } from './setting.js';

/**
 * Begins to fold again the customers of every tenant whose policies in force have changed. Answers when (ms) they
 * will change next by the passing of time; undefined: not by that.
 */
export async function reviewStamps(
  setting: Setting,
  transaction: ReadModelTransaction,
): Promise<number | undefined> {
  const sweeps = new Map((await transaction.sweeps()).map((sweep) => [sweep.tenant, sweep]));
  let next: number | undefined;
  for (const tenant of await transaction.tenants()) {
    const { stamp } = await setting.contexts.of(transaction, tenant);
    const settled = sweeps.get(tenant)?.stamp ?? (await transaction.stampOf(tenant));
    if (settled !== stamp) {
      await transaction.setSweep({ tenant, stamp, after: '' });
      setting.log('info', 'policies have changed: customers are folded again', { tenant });
    }
    const change = await setting.contexts.nextChange(transaction, tenant);
    if (change !== undefined && (next === undefined || change < next)) next = change;
  }
  return next;
}

/** Folds again the next customers of a tenant that is being swept. False: there is none. */
export async function sweepChunk(setting: Setting): Promise<boolean> {
  return setting.transaction(async (transaction) => {
    const [sweep] = await transaction.sweeps();
    if (sweep === undefined) return false;
    await sweepSome(setting, transaction, sweep);
    return true;
  });
}

async function sweepSome(
  setting: Setting,
  transaction: ReadModelTransaction,
  sweep: SweepRecord,
): Promise<void> {
  const { tenant, stamp, after } = sweep;
  const customers = await transaction.customers(tenant, after, setting.limits.chunkCustomers);
  if (customers.length === 0) {
    await transaction.endSweep(tenant, stamp);
    setting.log('info', 'all customers stand by the policies in force', { tenant });
    return;
  }
  const folding = await setting.folding(transaction);
  await folding.disturbed(customers.map((customer) => stale(tenant, customer)));
  await transaction.setSweep({ tenant, stamp, after: customers.at(-1)! });
}

function stale(tenant: string, customer: string): Disturbance {
  return { tenant, customer, facts: [], removed: [], from: undefined, all: false, staleOnly: true };
}
