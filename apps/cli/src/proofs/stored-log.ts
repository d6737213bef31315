import { resolve } from 'node:path';
import { openEventReader, openTreeStore } from '#engines';
import type { EventReader } from '#event-store';
import { openCheckpoint, parseVerifier, verifierOf } from '#ledger';
import type { Checkpoint, Verifier } from '#ledger';
import { LogKey, logKeyFile } from '#privacy';
import type { TreeStore } from '#proofs';
import type { EventsAddress } from '#platform';
import { Failure, WrongUsage } from '../failure.js';
import { dataFolder, isEmbedded, type CommonOptions } from '../settings.js';

/** A log and its tree as they are on disk, read beside a running server or without one. */
export interface StoredLog {
  readonly folder: string;
  readonly events: EventReader;
  readonly tree: TreeStore;
  readonly origin: string;
  close(): Promise<void>;
}

/** Opens the event log and its tree. Throws StoreFault. */
export async function openStoredLog(options: CommonOptions): Promise<StoredLog> {
  const folder = dataFolder(options);
  const events = await openEventReader(await addressOf(options, folder));
  try {
    const tree = await openTreeStore(folder, { mustExist: true });
    const { origin } = (await tree.progress()) ?? { origin: '' };
    const close = async () => void (await Promise.all([tree.close(), events.close()]));
    return { folder, events, tree, origin, close };
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
  { folder, origin }: StoredLog,
  options: CommonOptions,
  given: readonly string[],
): readonly Verifier[] {
  if (given.length > 0) return given.map(parseVerifier);
  const { CX_MASTER_KEY: key, CX_MASTER_KEY_FILE: file, CX_LOG_KEY_FILE: named } = process.env;
  const keyFolder = folderOf('CX_KEYS', options) ?? folderOf('CX_VIEWS', options) ?? folder;
  const keys = LogKey.find(resolve(named ?? logKeyFile({ key, file }, keyFolder)))?.publicKeys() ?? [];
  return keys.map(({ publicKey }) => verifierOf(origin, publicKey));
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

async function addressOf(options: CommonOptions, folder: string): Promise<EventsAddress> {
  if (isEmbedded(options)) return { kind: 'embedded', folder };
  const { eventsAddress } = await import('#platform');
  const address = eventsAddress(process.env['CX_STORE']!) as EventsAddress | undefined;
  if (address === undefined) throw new WrongUsage('CX_STORE is no address of an event store');
  return address;
}

/** The folder that a setting names; `--data` stands for all of them. */
function folderOf(variable: string, { data }: CommonOptions): string | undefined {
  const address = data === undefined ? process.env[variable] : undefined;
  return address?.startsWith('embedded:') === true ? resolve(address.slice('embedded:'.length)) : undefined;
}
