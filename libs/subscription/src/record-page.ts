import type { EventCounts, ReadModelTransaction } from '#event-sourcing';
import type { ReadPage, StoredEvent } from '#event-store';
import { readIncoming, reasonOf, type Incoming } from './incoming.js';
import { Recording, type Recorded } from './recording.js';
import type { Setting } from './setting.js';
import { reviewStamps } from './sweep-step.js';

/** Brings a page into the timeline and counts what became of its events. */
export async function recordPage(
  setting: Setting,
  transaction: ReadModelTransaction,
  page: ReadPage,
): Promise<Recorded> {
  const { incoming, recorded } = await recordEvents(setting, transaction, page.events);
  const progress = await transaction.progress();
  await transaction.setProgress({
    ...progress,
    recorded: page.scannedTo,
    lastEventId: page.events.length === 0 ? progress.lastEventId : incoming.lastEventId,
    counts: { ...progress.counts, read: progress.counts.read + page.events.length },
  });
  return recorded;
}

/** The same for single events, wherever they stand: what they count as is added, that they were read is not. */
export async function recordEvents(
  setting: Setting,
  transaction: ReadModelTransaction,
  events: readonly StoredEvent[],
): Promise<{ readonly incoming: Incoming; readonly recorded: Recorded }> {
  const incoming = checked(setting, readIncoming(events, setting.registry, setting.now()));
  const recorded = await new Recording(transaction, setting.registry).record(incoming);
  const progress = await transaction.progress();
  await transaction.setProgress({ ...progress, counts: counted(progress.counts, incoming, recorded) });
  if (recorded.tenants.size > 0) {
    for (const tenant of recorded.tenants) setting.contexts.forget(tenant);
    await reviewStamps(setting, transaction);
  }
  for (const { position, reason } of incoming.unreadable) {
    setting.log('error', 'an event cannot be read and is parked', { position: String(position), reason });
  }
  return { incoming, recorded };
}

/** Policies no book can be made of are parked like other events that cannot be read. */
function checked(setting: Setting, incoming: Incoming): Incoming {
  const policies: Incoming['policies'][number][] = [];
  const unreadable = [...incoming.unreadable];
  for (const policy of incoming.policies) {
    try {
      setting.contexts.check(policy);
      policies.push(policy);
    } catch (error) {
      const { tenant, position, eventId } = policy;
      unreadable.push({
        tenant,
        customer: '',
        view: null,
        position,
        eventId,
        reason: reasonOf(error),
        since: setting.now(),
      });
    }
  }
  return { ...incoming, policies, unreadable };
}

function counted(before: EventCounts, incoming: Incoming, recorded: Recorded): EventCounts {
  return {
    read: before.read,
    timeline: before.timeline + recorded.rows,
    duplicates: before.duplicates + recorded.duplicates,
    policies: before.policies + recorded.policies,
    ignored: before.ignored + incoming.ignored,
    parked: before.parked + incoming.unreadable.length,
  };
}
