import { LedgerError } from '#event-sourcing';
import type { NewEvent } from './event-store.js';

/**
 * For stores that are not atomic across streams: throws LedgerError `atomic-not-supported` when events that are to be
 * recorded all or none belong to several.
 */
export function refuseSeveralStreams(events: readonly NewEvent[]): void {
  const streams = new Set(events.map(({ stream }) => stream)).size;
  if (streams < 2) return;
  throw new LedgerError(
    'atomic-not-supported',
    `the event store of this ledger appends to one stream at a time, so events of ${streams} customers cannot be recorded all ` +
      'or none: send one request for each customer, or without atomic (each event is recorded or refused by itself)',
    { streams },
  );
}
