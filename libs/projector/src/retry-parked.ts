import type { ParkedRecord } from '#event-sourcing';
import type { StoredEvent } from '#event-store';
import { projectEvents } from './page.js';
import type { ProjectorContext } from './projector-context.js';

/** Tries again what is parked, customer by customer; what fails again is parked again. Answers how many were tried. */
export async function retryParked(
  context: ProjectorContext,
  wanted: (record: ParkedRecord) => boolean,
): Promise<number> {
  const parked = context.parked.filter(wanted).sort((a, b) => (a.position < b.position ? -1 : 1));
  const customers = new Map<string, ParkedRecord[]>();
  for (const record of parked) {
    const key = `${record.tenant} ${record.customer}`;
    const own = customers.get(key);
    if (own === undefined) customers.set(key, [record]);
    else own.push(record);
  }
  for (const records of customers.values()) await retryCustomer(context, records);
  return customers.size;
}

async function retryCustomer(context: ProjectorContext, records: readonly ParkedRecord[]): Promise<void> {
  const [{ tenant, customer } = { tenant: '', customer: '' }] = records;
  const events: StoredEvent[] = [];
  for (const { view, position } of records) {
    const stored = view === null ? await context.events.readAt(position) : undefined;
    if (stored !== undefined) events.push(stored);
  }
  const { checkpoint } = context.progress;
  await projectEvents(context, {
    page: { events, scannedTo: checkpoint, atEnd: true },
    advances: false,
    rows: 'now',
    unparked: records,
    released: customer === '' ? [] : [{ tenant, customer }],
  });
}
