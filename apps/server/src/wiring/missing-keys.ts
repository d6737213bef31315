import { decodeEvent, START, StoreFault } from '#event-sourcing';
import type { EventStore, StoredEvent } from '#event-store';
import type { KeyStore } from '#privacy';

/**
 * Checks that the keys of the oldest and the newest event exist: a key store that is missing, emptied or older than
 * the log fails here. Throws StoreFault `key-missing`.
 */
export async function refuseMissingKeys(store: EventStore, keys: KeyStore, place: string): Promise<void> {
  for (const stored of [await oldest(store), await newest(store)]) {
    if (stored === undefined) continue;
    const { tenant, customer } = decodeEvent(stored.bytes);
    const [found] = await keys.find([{ tenant, customer }]);
    const erased = found === undefined ? await keys.erasedAmong([{ tenant, customer }]) : undefined;
    if (found === undefined && erased?.size === 0) throw lost(tenant, place);
  }
}

async function oldest(store: EventStore): Promise<StoredEvent | undefined> {
  return ifReadable(async () => (await store.readAll({ after: START, limit: 1 })).events[0]);
}

async function newest(store: EventStore): Promise<StoredEvent | undefined> {
  return ifReadable(async () => store.readAt(await store.head()));
}

/** A damaged event is no evidence about keys. */
async function ifReadable<T>(read: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof StoreFault && error.code === 'store-damaged') return undefined;
    throw error;
  }
}

function lost(tenant: string, place: string): StoreFault {
  return new StoreFault(
    'key-missing',
    `the key store in ${place} lacks keys of tenant ${tenant} under which events are recorded: name the place of its keys ` +
      'by CX_KEYS, restore its keys.sqlite from a backup, or set CX_MISSING_KEYS=accept to start without them (their events stay sealed)',
    { place, tenant },
  );
}
