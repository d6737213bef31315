import { ACCESS_TYPE, decodeEvent, parseTime, streamName } from '#event-sourcing';
import type { EventStore, StoredEvent } from '#event-store';
import type { AccessAction, AccessEntry } from '#journey';

/** Which accesses; times in milliseconds since 1970, inclusive. */
export interface AccessFilter {
  /** To the data of one of these. */
  readonly customers?: ReadonlySet<string>;
  readonly actor?: string;
  readonly action?: AccessAction;
  readonly from?: number;
  readonly to?: number;
}

/** The next page begins before this entry of this event, counted from 0. */
export interface AccessPlace {
  readonly revision: number;
  readonly entry: number;
}

/** An access, and the event in which it is recorded. */
export interface FoundAccess {
  readonly entry: AccessEntry;
  readonly event: StoredEvent;
}

/** Events read at a time. */
const PAGE = 100;
/** Events that one answer looks through: a page with few items says where the next one begins. */
const MOST_EVENTS = 2_000;
/** Accesses are recorded within about a second; where the log could not be written, at most this much later, ms. */
const LATENESS = 300_000;

/** Accesses of a tenant, the newest first, from its stream; `next` is null at the beginning of the stream. */
export async function recordedAccesses(
  store: EventStore,
  tenant: string,
  filter: AccessFilter,
  { limit, place }: { readonly limit: number; readonly place: AccessPlace | undefined },
): Promise<{ readonly items: readonly FoundAccess[]; readonly next: AccessPlace | null }> {
  const stream = streamName({ tenant, type: ACCESS_TYPE });
  const items: FoundAccess[] = [];
  let from = place ?? { revision: await lastRevision(store, stream, filter), entry: LAST_ENTRY };
  for (let read = 0; from.revision >= 0 && read < MOST_EVENTS; read += PAGE) {
    const first = Math.max(0, from.revision - PAGE + 1);
    const events = await store.readStream(stream, first, from.revision - first + 1);
    for (const event of [...events].reverse()) {
      const { recordedAt, data } = decodeEvent(event.bytes);
      if (filter.from !== undefined && parseTime(recordedAt)! < filter.from) return { items, next: null };
      const entries = data['entries'] as unknown as readonly AccessEntry[];
      const before = event.revision === from.revision ? Math.min(from.entry, entries.length) : entries.length;
      for (let i = before - 1; i >= 0; i--) {
        if (!matches(entries[i]!, filter)) continue;
        items.push({ entry: entries[i]!, event });
        if (items.length === limit) return { items, next: { revision: event.revision, entry: i } };
      }
    }
    from = { revision: first - 1, entry: LAST_ENTRY };
  }
  return { items, next: from.revision < 0 ? null : from };
}

/** An entry behind the last one of any event; it stands in cursors, too. */
const LAST_ENTRY = 1_000_000;

function matches(entry: AccessEntry, { customers, actor, action, from, to }: AccessFilter): boolean {
  const at = parseTime(entry.at)!;
  return (
    (customers === undefined || customers.has(entry.customer ?? '')) &&
    (actor === undefined || entry.subject === actor) &&
    (action === undefined || entry.action === action) &&
    (from === undefined || at >= from) &&
    (to === undefined || at <= to)
  );
}

/** The last event that can hold accesses up to `to`, by bisection: recordedAt never decreases along a stream. */
async function lastRevision(store: EventStore, stream: string, { to }: AccessFilter): Promise<number> {
  const head = await store.streamHead(stream);
  if (head === 'no-stream') return -1;
  if (to === undefined) return head;
  let [low, high] = [0, head];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const [event] = await store.readStream(stream, middle, 1);
    if (parseTime(decodeEvent(event!.bytes).recordedAt)! <= to + LATENESS) low = middle;
    else high = middle - 1;
  }
  return low;
}
