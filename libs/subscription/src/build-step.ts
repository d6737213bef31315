import type { BuildRecord, CustomerRef, Progress, ReadModelTransaction } from '#event-sourcing';
import { Disturbances } from './disturbances.js';
import type { Setting } from './setting.js';

/** Folds the next customers of the build under way; puts the new generations in place after the last. Undefined: there is none. */
export async function buildChunk(setting: Setting): Promise<Progress | undefined> {
  return setting.transaction(async (transaction) => {
    const build = await transaction.build();
    if (build === undefined) return undefined;
    const { customers, cursor } = await transaction.scan(setting.limits.foldEvents);
    if (customers.length === 0) return finish(setting, transaction, build);
    const folding = await setting.folding(transaction);
    const events = await folding.scanned(customers, build.views);
    await transaction.advanceBuild(cursor, customers.length, events);
    return transaction.progress();
  });
}

/** Begins to build views beside those that are read; a build under way begins anew with them. */
export async function beginBuild(setting: Setting, views: readonly string[]): Promise<void> {
  await setting.transaction(async (transaction) => {
    const underWay = (await transaction.build())?.views ?? [];
    const all = [...new Set([...underWay, ...views])];
    await transaction.beginBuild(all, setting.now());
    setting.log('info', 'views are being built', { views: all });
  });
}

async function finish(
  setting: Setting,
  transaction: ReadModelTransaction,
  build: BuildRecord,
): Promise<Progress> {
  const { views, customersDone, eventsDone } = build;
  await transaction.finishBuild();
  const before = await transaction.progress();
  const progress = { ...before, checkpoint: before.recorded };
  await transaction.setProgress(progress);
  for (const view of views) await foldUnparked(setting, transaction, await transaction.unparkView(view));
  setting.log('info', 'views are built and in place', {
    views,
    customers: customersDone,
    events: eventsDone,
  });
  return progress;
}

/** A parked customer was not kept up while the view was built: it is folded once more, and parked again if need be. */
export async function foldUnparked(
  setting: Setting,
  transaction: ReadModelTransaction,
  customers: readonly CustomerRef[],
): Promise<void> {
  const survivors = await transaction.survivors(customers);
  const disturbances = new Disturbances();
  customers.forEach(({ tenant, customer }, at) => {
    disturbances.at(tenant, customer).all = true;
    disturbances.at(tenant, survivors[at]!).all = true;
  });
  const folding = await setting.folding(transaction);
  await folding.disturbed(disturbances.all());
}
