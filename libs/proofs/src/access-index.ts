import { createHash } from 'node:crypto';
import { decodeEvent, parseTime, recordsAccesses } from '#event-sourcing';
import type { StoredEvent } from '#event-store';

/** By what accesses can be looked up. */
const ACCESS_KEYS = ['customer', 'subject', 'action'] as const;
export type AccessKeyName = (typeof ACCESS_KEYS)[number];

/** By which keys an event that records accesses of a tenant is found. */
export interface AccessKeys {
  readonly tenant: string;
  /** In the stream of the tenant's accesses. */
  readonly revision: number;
  readonly keys: readonly number[];
  /** When the earliest of its accesses was (ms), where it was recorded later than `ACCESS_LATENESS` behind it. */
  readonly late?: number;
}

/**
 * Accesses are recorded within about a second, in the order of time. Those that had to wait longer than this (ms), for a disk
 * with room or since the clock was set back, are noted, so that a question about a time finds them behind later ones.
 */
export const ACCESS_LATENESS = 300_000;

/** What the index reads of an access. */
type IndexedEntry = { readonly [name in AccessKeyName]?: string } & { readonly at: string };

/** Revisions of a tenant's accesses that the index covers, inclusive. */
export interface IndexedAccesses {
  readonly first: number;
  readonly last: number;
}

/** Which events of a tenant's accesses are looked for, within those that the index covers. */
export interface AccessLookup {
  readonly tenant: string;
  /** Each event has at least one key of every set. There is at least one set, and the first one is walked. */
  readonly sets: readonly (readonly number[])[];
  /** From this revision down, inclusive. */
  readonly from: number;
  /** At most this many events of each key of the first set are walked. */
  readonly limit: number;
}

export interface FoundAccesses {
  /** Descending. */
  readonly revisions: readonly number[];
  /** Everything from `from` down to here, inclusive, has been looked at. */
  readonly to: number;
}

/**
 * A key as a number of 48 bits. Two names share one so rarely that whoever looks something up reads the event and compares
 * anyway; the index holds no customer's id.
 */
export function accessKey(tenant: string, name: AccessKeyName, value: string): number {
  const digest = createHash('sha256')
    .update(JSON.stringify([tenant, name, value]))
    .digest();
  return digest.readUIntBE(0, 6);
}

/** The keys of a stored event; undefined where it records no accesses, or was changed so that it cannot be read. */
export function accessKeysOf(event: StoredEvent): AccessKeys | undefined {
  if (!recordsAccesses(event.bytes)) return undefined;
  try {
    return keysOf(event);
  } catch {
    return undefined;
  }
}

function keysOf({ bytes, revision }: StoredEvent): AccessKeys {
  const { tenant, data, recordedAt } = decodeEvent(bytes);
  const entries = data['entries'] as unknown as readonly IndexedEntry[];
  const keys = new Set<number>();
  for (const entry of entries)
    for (const name of ACCESS_KEYS)
      if (entry[name] !== undefined) keys.add(accessKey(tenant, name, entry[name]));
  const earliest = Math.min(...entries.map(({ at }) => parseTime(at)!));
  const isLate = parseTime(recordedAt)! - earliest > ACCESS_LATENESS;
  return { tenant, revision, keys: [...keys], ...(isLate && { late: earliest }) };
}

/** What a lookup finds, from the revisions of each key: `walk` gives at most `limit` of a key from a revision down. */
export function foundAccesses(
  { sets: [first = [], ...others], from, limit }: Omit<AccessLookup, 'tenant'>,
  range: IndexedAccesses | undefined,
  index: {
    readonly walk: (key: number) => readonly number[];
    readonly has: (key: number, revision: number) => boolean;
  },
): FoundAccesses | undefined {
  if (range === undefined || from < range.first || from > range.last) return undefined;
  const lowest = range.first;
  const walked = first.map((key) => index.walk(key));
  // Of a key with more than were walked nothing is known below the last one.
  const to = Math.max(
    lowest,
    ...walked.map((revisions) => (revisions.length < limit ? lowest : revisions.at(-1)!)),
  );
  const candidates = [...new Set(walked.flat())].filter((revision) => revision >= to && revision <= from);
  const revisions = candidates
    .filter((revision) => others.every((keys) => keys.some((key) => index.has(key, revision))))
    .sort((a, b) => b - a);
  return { revisions, to };
}
