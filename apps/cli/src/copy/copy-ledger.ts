import { openEventReader, openEventStore } from '#engines';
import { copyEvents, type CopyProgress, type CopyResult } from '#event-store';
import type { EventsAddress, ViewsAddress } from '#platform';
import { Failure, WrongUsage } from '../failure.js';
import { onInterruption } from '../interruption.js';

/** Both ends of a copy. */
export interface Ends<T> {
  readonly from: T;
  readonly to: T;
}

export interface CopiedLedger extends CopyResult {
  /** The folder that the keys were copied to; null: they stay where they are. */
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
  const keyFolders = await keyFoldersOf(keys, ends);
  const sqlite = await import('#engines/sqlite');
  const { from, to } = { from: folderOf(ends.from), to: folderOf(ends.to) };
  if (from !== undefined && !sqlite.hasLog(from))
    throw new Failure('no-ledger', `there is no ledger in ${from}: name its store by --from`);
  if (keyFolders !== undefined && !sqlite.hasKeys(keyFolders.from)) {
    const fix = 'name its place by --keys-from (CX_KEYS of the source’s server)';
    throw new Failure('no-key-store', `there is no key store in ${keyFolders.from}: ${fix}`);
  }
  const mark = to === undefined ? undefined : sqlite.beginCopy(to, !sqlite.hasLog(to));
  const result = await copyBetween(ends, onProgress);
  if (keyFolders !== undefined) sqlite.copyKeys(keyFolders.from, keyFolders.to);
  const others = from === undefined || to === undefined ? [] : sqlite.copySideStores(from, to);
  mark?.finish();
  return { ...result, keys: keyFolders?.to ?? null, others };
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
  // Loaded when it is needed: it takes longer than most commands.
  const { eventsAddress } = await import('#platform');
  const read = (option: string, text: string) => {
    const address = eventsAddress(text) as EventsAddress | undefined;
    if (address !== undefined) return address;
    throw new WrongUsage(`${option} must be embedded:<folder> or esdb://<host>:<port>, not "${text}"`);
  };
  const ends = { from: read('--from', stores.from), to: read('--to', stores.to) };
  if (JSON.stringify(ends.from) === JSON.stringify(ends.to))
    throw new WrongUsage('--from and --to name the same store');
  return ends;
}

/** From which folder to which the keys are copied; undefined where one end has no folder: the keys stay where they are. */
async function keyFoldersOf(
  keys: Ends<string | undefined>,
  ends: Ends<EventsAddress>,
): Promise<Ends<string> | undefined> {
  const { viewsAddress } = await import('#platform');
  const read = (option: string, text: string | undefined, end: EventsAddress) => {
    if (text === undefined) return folderOf(end);
    const folder = folderOf((viewsAddress(text) ?? { kind: 'none' }) as ViewsAddress);
    if (folder !== undefined) return folder;
    throw new WrongUsage(`${option} must be embedded:<folder>: keys are copied between folders only`);
  };
  const from = read('--keys-from', keys.from, ends.from);
  const to = read('--keys-to', keys.to, ends.to);
  return from === undefined || to === undefined || from === to ? undefined : { from, to };
}
