import { decodeEvent } from '#event-sourcing';
import type { EventStore } from '#event-store';

/**
 * The business time under which an event id was recorded first, so that a repeat whose sender names no time has the same
 * content; undefined where it was never recorded.
 */
export async function firstOccurrence(store: EventStore, eventId: string): Promise<string | undefined> {
  const position = await store.find(eventId);
  const stored = position === undefined ? undefined : await store.readAt(position);
  return stored === undefined ? undefined : decodeEvent(stored.bytes).occurredAt;
}
