import { resolve } from 'node:path';
import { openEventReader, openTreeStore } from '#engines';
import type { EventReader } from '#event-store';
import { openCheckpoint, originOf, parseVerifier, verifierOf } from '#ledger';
import type { Checkpoint, Verifier } from '#ledger';
import { LogKey, logKeyFile } from '#privacy';
import type { TreeStore } from '#proofs';
import type { EventsAddress } from '#platform';
import { addressIn } from '../addresses.js';
import { Failure } from '../failure.js';
import { ledgerFolder, isEmbedded, type CommonOptions } from '../settings.js';

/** A log and its tree as they are on disk, read beside a running server or without one. */
export interface StoredLog {
  readonly folder: string;
  readonly events: EventReader;
  readonly tree: TreeStore;
  readonly origin: string;
  /** Names that the log had before it lost events or was restored: it still has their first `size` entries. */
  readonly former: readonly FormerLog[];
  close(): Promise<void>;
}

/** A log that this one was, up to its last entry that is still there. */
export interface FormerLog {
  readonly origin: string;
  readonly size: number;
  /** When it ended, RFC 3339. */
  readonly until: string;
}

/** Opens the event log and its tree. Throws StoreFault, and Failure `no-store`. */
export async function openStoredLog(options: CommonOptions): Promise<StoredLog> {
  const folder = ledgerFolder(options);
  const events = await openEventReader(await addressOf(options, folder));
  try {
    const tree = await openTreeStore(folder, { mustExist: true });
    const { origin } = (await tree.progress()) ?? { origin: '' };
    const close = async () => void (await Promise.all([tree.close(), events.close()]));
    return { folder, events, tree, origin, former: await formerLogs(options, folder), close };
  } catch (error) {
    await events.close();
    throw error;
  }
}

/**
 * Whose signatures are believed: the verifiers that are given, else those of the key's file, if it is there. An auditor
 * gives one: whoever can change the log may be able to change the file, too.
 */
export function verifiersOf(
  { folder, origin, former }: StoredLog,
  options: CommonOptions,
  given: readonly string[],
): readonly Verifier[] {
  // A key that is believed is believed under every name that this log has had.
  const names = [origin, ...former.map((log) => log.origin)];
  if (given.length > 0)
    return given
      .map(parseVerifier)
      .flatMap((verifier) =>
        names.includes(verifier.name)
          ? names.map((name) => verifierOf(name, verifier.publicKey))
          : [verifier],
      );
  const keys = LogKey.find(logKeyPlace(folder, options))?.publicKeys() ?? [];
  return keys.flatMap(({ publicKey }) => names.map((name) => verifierOf(name, publicKey)));
}

/** The file with the key that signs the log of a data folder, whether it is there or not. */
export function logKeyPlace(folder: string, options: CommonOptions): string {
  const { CX_MASTER_KEY: key, CX_MASTER_KEY_FILE: file, CX_LOG_KEY_FILE: named } = process.env;
  const keyFolder = folderOf('CX_KEYS', options) ?? folderOf('CX_VIEWS', options) ?? folder;
  return resolve(named ?? logKeyFile({ key, file }, keyFolder));
}

/** The newest checkpoint that is stored. Throws Failure `no-checkpoint`, and InvalidInput where its signature is wrong. */
export async function storedCheckpoint(
  { tree }: StoredLog,
  verifiers: readonly Verifier[],
): Promise<Checkpoint & { readonly note: string }> {
  const note = await tree.checkpoint();
  if (note === undefined)
    throw new Failure(
      'no-checkpoint',
      'there is no checkpoint yet: a server signs one within seconds of the first event',
    );
  return { ...openCheckpoint(note, verifiers), note };
}

/** Other stores than a folder's have one epoch. */
async function formerLogs(options: CommonOptions, folder: string): Promise<readonly FormerLog[]> {
  if (!isEmbedded(options)) return [];
  const { storeId, formerEpochs } = (await import('#engines/sqlite')).identityOf(folder);
  return formerEpochs.map(({ epoch, position, until }) => ({
    ...{ origin: originOf({ storeId, epoch }), until },
    // Positions of a folder's log count its events.
    size: position,
  }));
}

/** Where the events are. */
export async function addressOf(options: CommonOptions, folder: string): Promise<EventsAddress> {
  if (isEmbedded(options)) return { kind: 'embedded', folder };
  return addressIn('eventsAddress', 'CX_STORE', process.env['CX_STORE']!);
}

/** The folder that a setting names; `--data` stands for all of them. */
function folderOf(variable: string, { data }: CommonOptions): string | undefined {
  const address = data === undefined ? process.env[variable] : undefined;
  return address?.startsWith('embedded:') === true ? resolve(address.slice('embedded:'.length)) : undefined;
}
