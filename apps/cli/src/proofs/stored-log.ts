import { resolve } from 'node:path';
import { openEventReader, openTreeStore } from '#engines';
import type { EventReader } from '#event-store';
import { openCheckpoint, parseVerifier, verifierOf } from '#ledger';
import type { Checkpoint, Verifier } from '#ledger';
import { LogKey, logKeyFile } from '#privacy';
import type { TreeStore } from '#proofs';
import { Failure } from '../failure.js';
import { dataFolder, type CommonOptions } from '../settings.js';

/** A log and its tree as they are on disk, read beside a running server or without one. */
export interface StoredLog {
  readonly folder: string;
  readonly events: EventReader;
  readonly tree: TreeStore;
  readonly origin: string;
  close(): Promise<void>;
}

/** Opens the log of the data folder and its tree. Throws Failure `no-store`, and StoreFault. */
export async function openStoredLog(options: CommonOptions): Promise<StoredLog> {
  const folder = dataFolder(options);
  if (folder === undefined) throw new Failure('no-store', 'name the data folder: --data <folder>');
  const events = await openEventReader({ kind: 'embedded', folder });
  try {
    const tree = await openTreeStore(
      { kind: 'embedded', folder: folderOf('CX_VIEWS', options) ?? folder },
      { mustExist: true },
    );
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

/** The folder that a setting names; `--data` stands for all of them. */
function folderOf(variable: string, { data }: CommonOptions): string | undefined {
  const address = data === undefined ? process.env[variable] : undefined;
  return address?.startsWith('embedded:') === true ? resolve(address.slice('embedded:'.length)) : undefined;
}
