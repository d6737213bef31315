import { Injectable } from '@nestjs/common';
import { ACCESS_TYPE, decodeEvent, parseTime, streamName } from '#event-sourcing';
import { EventStore } from '#event-store';
import type { StoredEvent } from '#event-store';
import type { AccessAction, AccessEntry } from '#journey';
import { ACCESS_LATENESS, accessKey } from '#proofs';
import { ProofsThread } from '../proofs/proofs-thread.js';

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

/** Where accesses are recorded, and where they are looked up: by the proofs thread, which reads the log anyway. */
@Injectable()
export class AccessSources {
  constructor(
    readonly store: EventStore,
    readonly index: ProofsThread,
  ) {}
}

/** Events read at a time. */
const PAGE = 100;
/** Pages that one answer reads: one with few items says where the next one begins. */
const MOST_PAGES = 20;
/** Events of all keys together that are walked in the index for one page. */
const WALKED = 2_000;

/** Accesses of a tenant, the newest first, from its stream; `next` is null at the beginning of the stream. */
export async function recordedAccesses(
  sources: AccessSources,
  tenant: string,
  filter: AccessFilter,
  { limit, place }: { readonly limit: number; readonly place: AccessPlace | undefined },
): Promise<{ readonly items: readonly FoundAccess[]; readonly next: AccessPlace | null }> {
  const read = await eventsDown(sources, tenant, filter);
  const items: FoundAccess[] = [];
  let from = place ?? { revision: await lastRevision(sources, tenant, filter), entry: LAST_ENTRY };
  for (let pages = 0; from.revision >= 0 && pages < MOST_PAGES; pages++) {
    const { events, to } = await read(from.revision);
    for (const event of events) {
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
    from = { revision: to - 1, entry: LAST_ENTRY };
  }
  return { items, next: from.revision < 0 ? null : from };
}

/** Events of a stream, descending, and down to which revision (inclusive) there are no others that can match. */
interface EventsDown {
  readonly events: readonly StoredEvent[];
  readonly to: number;
}

/**
 * Reads the events that can match from a revision down: those that the index names, and all events where it does not cover
 * them (the newest, and those from before there was an index), or where nothing is asked for that it knows.
 */
async function eventsDown(
  { store, index }: AccessSources,
  tenant: string,
  filter: AccessFilter,
): Promise<(from: number) => Promise<EventsDown>> {
  const stream = streamName({ tenant, type: ACCESS_TYPE });
  const sets = keysOf(tenant, filter);
  const indexed = sets.length === 0 ? undefined : await index.indexedAccesses(tenant);
  const limit = Math.max(10, Math.floor(WALKED / (sets[0]?.length ?? 1)));
  const all = async (from: number, least: number): Promise<EventsDown> => {
    const to = Math.max(least, from - PAGE + 1);
    return { events: [...(await store.readStream(stream, to, from - to + 1))].reverse(), to };
  };
  return async (from) => {
    if (indexed === undefined || from < indexed.first) return all(from, 0);
    if (from > indexed.last) return all(from, indexed.last + 1);
    const found = await index.findAccesses({ tenant, sets, from, limit });
    // The index is being made anew.
    if (found === undefined) return all(from, 0);
    const { revisions, to } = found;
    const events: StoredEvent[] = [];
    for (const revision of revisions.slice(0, PAGE))
      events.push(...(await store.readStream(stream, revision, 1)));
    return { events, to: revisions.length > PAGE ? revisions[PAGE - 1]! : to };
  };
}

/** For each thing that is asked for, the keys of which an event must have one. */
function keysOf(tenant: string, { customers, actor, action }: AccessFilter): readonly (readonly number[])[] {
  const asked = [
    ['customer', customers === undefined ? [] : [...customers]],
    ['subject', actor === undefined ? [] : [actor]],
    ['action', action === undefined ? [] : [action]],
  ] as const;
  return asked
    .filter(([, values]) => values.length > 0)
    .map(([name, values]) => values.map((value) => accessKey(tenant, name, value)));
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

/**
 * The last event that can hold accesses up to `to`: by bisection, since recordedAt never decreases along a stream, or one of
 * those that were recorded late.
 */
async function lastRevision(
  { store, index }: AccessSources,
  tenant: string,
  { to }: AccessFilter,
): Promise<number> {
  const stream = streamName({ tenant, type: ACCESS_TYPE });
  const head = await store.streamHead(stream);
  if (head === 'no-stream') return -1;
  if (to === undefined) return head;
  let [low, high] = [0, head];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const [event] = await store.readStream(stream, middle, 1);
    if (parseTime(decodeEvent(event!.bytes).recordedAt)! <= to + ACCESS_LATENESS) low = middle;
    else high = middle - 1;
  }
  return Math.max(low, await index.lastLateAccess(tenant, to));
}
