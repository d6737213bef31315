import { openEventReader, openEventStore } from '#engines';
import { copyEvents, type CopyProgress, type CopyResult } from '#event-store';
import type { StoreAddress } from '#platform';
import { Failure, WrongUsage } from '../failure.js';
import { onInterruption } from '../interruption.js';

/** Addresses as they are written on the command line. */
export interface Addresses<T = string> {
  readonly from: T;
  readonly to: T;
}

export interface CopiedLedger extends CopyResult {
  /** The folder that the keys were copied to. */
  readonly keys: string;
  /** Further files that were copied. */
  readonly others: readonly string[];
}

/**
 * Copies events, then keys, then (from folder to folder) the other stores. Throws WrongUsage for addresses that name no
 * two stores, Failure `no-ledger` and `no-key-store`, and what `copyEvents` throws.
 */
export async function copyLedger(
  stores: Addresses,
  keys: Addresses<string | undefined>,
  onProgress: (progress: CopyProgress) => void,
): Promise<CopiedLedger> {
  const [from, to] = [await addressOf('--from', stores.from), await addressOf('--to', stores.to)];
  if (from.kind === to.kind && from.folder === to.folder)
    throw new WrongUsage('--from and --to name the same store');
  const sqlite = await import('#engines/sqlite');
  if (!sqlite.hasLog(from.folder))
    throw new Failure('no-ledger', `there is no ledger in ${from.folder}: name its store by --from`);
  const keyFolders = {
    from: keys.from === undefined ? from.folder : (await addressOf('--keys-from', keys.from)).folder,
    to: keys.to === undefined ? to.folder : (await addressOf('--keys-to', keys.to)).folder,
  };
  if (!sqlite.hasKeys(keyFolders.from)) {
    const fix = 'name its place by --keys-from (CX_KEYS of the source’s server)';
    throw new Failure('no-key-store', `there is no key store in ${keyFolders.from}: ${fix}`);
  }
  const mark = sqlite.beginCopy(to.folder, !sqlite.hasLog(to.folder));
  const result = await copyBetween({ from, to }, onProgress);
  sqlite.copyKeys(keyFolders.from, keyFolders.to);
  const others = sqlite.copySideStores(from.folder, to.folder);
  mark.finish();
  return { ...result, keys: keyFolders.to, others };
}

async function copyBetween(
  addresses: Addresses<StoreAddress>,
  onProgress: (progress: CopyProgress) => void,
): Promise<CopyResult> {
  const from = await openEventReader(addresses.from);
  const to = await openEventStore(addresses.to);
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

async function addressOf(option: string, text: string): Promise<StoreAddress> {
  // Loaded when it is needed: it takes longer than most commands.
  const { storeAddress } = await import('#platform');
  const address = storeAddress(text) as StoreAddress | undefined;
  if (address === undefined) throw new WrongUsage(`${option} must be embedded:<folder>, not "${text}"`);
  return address;
}
