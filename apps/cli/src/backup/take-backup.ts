import { resolve } from 'node:path';
import { copyKeys, openTreeStore } from '#engines';
import type { WrittenBackup } from '#engines/sqlite';
import { originOf } from '#ledger';
import type { EventsAddress, ViewsAddress } from '#platform';
import { addressIn } from '../addresses.js';
import { Failure, WrongUsage } from '../failure.js';
import { onInterruption } from '../interruption.js';
import { ledgerFolder, type CommonOptions } from '../settings.js';

export interface BackupOptions {
  /** The folder of the backup. */
  readonly to: string;
  readonly keys: boolean;
  /** The folder for the keys, where they are not to lie in the backup. */
  readonly keysTo: string | undefined;
  readonly onProgress: (position: number, head: number) => void;
}

/** What the backup does not hold, since it lies in a database. */
export interface TakenBackup extends WrittenBackup {
  readonly notIncluded: readonly string[];
}

/** Backs up the ledger of a data folder. Throws Failure `backup-not-embedded`, WrongUsage, and what `writeBackup` throws. */
export async function takeBackup(
  { to, keys, keysTo, onProgress }: BackupOptions,
  options: CommonOptions,
): Promise<TakenBackup> {
  const places = await placesOf(options);
  const folder = logFolder(places.events);
  if (keysTo !== undefined) refuseKeysFolder(keysTo, [to, folder, ...folderOf(places.keys)]);
  const sqlite = await import('#engines/sqlite');
  sqlite.refuseUnfinishedCopy(folder);
  sqlite.refuseUnfinishedRestore(folder);
  const stopping = new AbortController();
  const [side] = folderOf(places.views);
  const work = sqlite.writeBackup({
    ...{ to, log: folder, side, keysTo, onProgress, signal: stopping.signal },
    checkpoints: () => checkpointsOf(folder),
    copyKeys:
      keys || keysTo !== undefined
        ? (target) => copyKeys(places.keys, { kind: 'embedded', folder: target })
        : undefined,
  });
  const forget = onInterruption(async () => {
    stopping.abort(new Failure('interrupted', 'interrupted: the earlier backup, if any, is as it was'));
    await work.catch(() => undefined);
  });
  try {
    return { ...(await work), notIncluded: side === undefined ? ['API keys, tenants and dead letters'] : [] };
  } finally {
    forget();
  }
}

/** The signed checkpoints of a folder's log. A tree that is not yet of the log's epoch has none of it. */
async function checkpointsOf(folder: string) {
  const { hasTree, identityOf } = await import('#engines/sqlite');
  if (!hasTree(folder)) return { checkpoint: null, checkpoints: [] };
  const store = await openTreeStore(folder, { mustExist: true });
  try {
    const isOfThisLog = (await store.progress())?.origin === originOf(identityOf(folder));
    const checkpoint = isOfThisLog ? ((await store.checkpoint()) ?? null) : null;
    return { checkpoint, checkpoints: await store.checkpoints(Number.MAX_SAFE_INTEGER) };
  } finally {
    await store.close();
  }
}

interface StorePlaces {
  readonly events: EventsAddress;
  readonly views: ViewsAddress;
  readonly keys: ViewsAddress;
}

/** Where the settings say that everything is; `--data` names the folder of the event log. */
async function placesOf(options: CommonOptions): Promise<StorePlaces> {
  const folder = ledgerFolder(options);
  const named = async (variable: string) => {
    const text = process.env[variable];
    return text === undefined || text === '' ? undefined : addressIn('viewsAddress', variable, text);
  };
  const store =
    options.data === undefined ? (process.env['CX_STORE'] ?? `embedded:${folder}`) : `embedded:${folder}`;
  const events = await addressIn('eventsAddress', 'CX_STORE', store);
  const views = (await named('CX_VIEWS')) ?? { kind: 'embedded', folder };
  return { events, views, keys: (await named('CX_KEYS')) ?? views };
}

function logFolder(events: EventsAddress): string {
  if (events.kind === 'embedded') return events.folder;
  throw new Failure(
    'backup-not-embedded',
    'cx backup copies an event log that lies in a folder, and these events are in an EventStoreDB: back it up with its own tools, or copy it into a folder first (cx copy --from esdb://… --to embedded:./copy) and back that up (cx backup DIR --data ./copy)',
  );
}

const folderOf = (address: ViewsAddress) => (address.kind === 'embedded' ? [address.folder] : []);

function refuseKeysFolder(keysTo: string, others: readonly string[]): void {
  if (others.some((folder) => resolve(folder) === resolve(keysTo)))
    throw new WrongUsage(
      `--keys-to must name a folder of its own, not ${keysTo} (to put the keys into the backup, give --keys)`,
    );
}
