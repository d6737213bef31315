import type { CustomerRef, ParkedRecord } from '#event-sourcing';
import type { StoredEvent } from '#event-store';
import { foldUnparked } from './build-step.js';
import { recordEvents } from './record-page.js';
import type { Setting } from './setting.js';

/** Tries again what is parked, customer by customer; what fails again is parked again. Answers how many were tried. */
export async function retryParked(
  setting: Setting,
  wanted: (record: ParkedRecord) => boolean,
): Promise<number> {
  const parked = (await setting.readModel.reader.parked()).filter(wanted);
  const customers = new Map(
    parked.map(({ tenant, customer }) => [`${tenant} ${customer}`, { tenant, customer }]),
  );
  for (const customer of customers.values()) await retryCustomer(setting, customer);
  return customers.size;
}

async function retryCustomer(setting: Setting, customer: CustomerRef): Promise<void> {
  await setting.transaction(async (transaction) => {
    const unreadable = (await transaction.unpark(customer)).filter(({ view }) => view === null);
    const progress = await transaction.progress();
    const counts = { ...progress.counts, parked: progress.counts.parked - unreadable.length };
    await transaction.setProgress({ ...progress, counts });
    const { recorded } = await recordEvents(setting, transaction, await eventsAt(setting, unreadable));
    const disturbed = recorded.disturbances
      .all()
      .map(({ tenant, customer: name }) => ({ tenant, customer: name }));
    await foldUnparked(setting, transaction, customer.customer === '' ? disturbed : [customer, ...disturbed]);
  });
}

async function eventsAt(setting: Setting, records: readonly ParkedRecord[]): Promise<readonly StoredEvent[]> {
  const events: StoredEvent[] = [];
  for (const { position } of records) {
    const page = await setting.events.readAll({ after: position - 1n, limit: 1 });
    events.push(...page.events.filter((event) => event.position === position));
  }
  return events;
}
