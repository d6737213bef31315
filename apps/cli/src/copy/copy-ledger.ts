import { copyKeys, openEventReader, openEventStore } from '#engines';
import { copyEvents, type CopyProgress, type CopyResult } from '#event-store';
import type { EventsAddress, ViewsAddress } from '#platform';
import { addressIn } from '../addresses.js';
import { Failure, WrongUsage } from '../failure.js';
import { onInterruption } from '../interruption.js';

/** Both ends of a copy. */
export interface Ends<T> {
  readonly from: T;
  readonly to: T;
}

export interface CopiedLedger extends CopyResult {
  /** The folder or database that the keys were copied to; null: they stay where they are. */
  readonly keys: string | null;
  /** Further files that were copied. */
  readonly others: readonly string[];
}

/**
 * Copies events, then keys, then (from folder to folder) the other stores. Throws WrongUsage for addresses that name no
 * two stores, Failure `no-ledger` and `no-key-store`, and what `copyEvents` throws.
 */
export async function copyLedger(
  stores: Ends<string>,
  keys: Ends<string | undefined>,
  onProgress: (progress: CopyProgress) => void,
): Promise<CopiedLedger> {
  const ends = await eventsOf(stores);
  const keyPlaces = await keyPlacesOf(keys, ends);
  const sqlite = await import('#engines/sqlite');
  const { from, to } = { from: folderOf(ends.from), to: folderOf(ends.to) };
  if (from !== undefined && !sqlite.hasLog(from))
    throw new Failure('no-ledger', `there is no ledger in ${from}: name its store by --from`);
  if (keyPlaces?.from.kind === 'embedded' && !sqlite.hasKeys(keyPlaces.from.folder)) {
    const fix = 'name its place by --keys-from (CX_KEYS of the source’s server)';
    throw new Failure('no-key-store', `there is no key store in ${keyPlaces.from.folder}: ${fix}`);
  }
  const mark = to === undefined ? undefined : sqlite.beginCopy(to, !sqlite.hasLog(to));
  const result = await copyBetween(ends, onProgress);
  // Every key is written before its first event: those of all events that were copied are there by now.
  if (keyPlaces !== undefined) await copyKeys(keyPlaces.from, keyPlaces.to);
  const others = from === undefined || to === undefined ? [] : sqlite.copySideStores(from, to);
  mark?.finish();
  return { ...result, keys: keyPlaces === undefined ? null : await nameOf(keyPlaces.to), others };
}

async function copyBetween(
  ends: Ends<EventsAddress>,
  onProgress: (progress: CopyProgress) => void,
): Promise<CopyResult> {
  const from = await openEventReader(ends.from);
  const to = await openEventStore(ends.to);
  const stopping = new AbortController();
  const work = copyEvents({ from, to, onProgress, signal: stopping.signal });
  const forget = onInterruption(async () => {
    stopping.abort(new Failure('interrupted', 'interrupted: run the same command again, it goes on'));
    await work.catch(() => undefined);
  });
  try {
    return await work;
  } finally {
    forget();
    await Promise.all([from.close(), to.close()]);
  }
}

const folderOf = (address: EventsAddress | ViewsAddress) =>
  address.kind === 'embedded' ? address.folder : undefined;

async function eventsOf(stores: Ends<string>): Promise<Ends<EventsAddress>> {
  const from = await addressIn('eventsAddress', '--from', stores.from);
  const ends = { from, to: await addressIn('eventsAddress', '--to', stores.to) };
  if (isSame(ends.from, ends.to)) throw new WrongUsage('--from and --to name the same store');
  return ends;
}

/**
 * From where to where the keys are copied: folders of events have theirs in them. Undefined where the target is no folder
 * and no place is named: the keys stay where they are.
 */
async function keyPlacesOf(
  keys: Ends<string | undefined>,
  ends: Ends<EventsAddress>,
): Promise<Ends<ViewsAddress> | undefined> {
  const read = async (option: string, text: string | undefined, end: EventsAddress) => {
    if (text !== undefined) return addressIn('viewsAddress', option, text);
    return end.kind === 'embedded' ? end : undefined;
  };
  const from = await read('--keys-from', keys.from, ends.from);
  const to = await read('--keys-to', keys.to, ends.to);
  if (from === undefined && keys.to !== undefined)
    throw new WrongUsage(
      '--keys-to needs --keys-from: the place of the keys now (CX_KEYS of the source’s server)',
    );
  return from === undefined || to === undefined || isSame(from, to) ? undefined : { from, to };
}

const isSame = (one: object, other: object) => JSON.stringify(one) === JSON.stringify(other);

/** For people: never with a password. */
async function nameOf(address: ViewsAddress): Promise<string> {
  return (await import('#platform')).placeName(address);
}
