import { InvalidInput } from '#event-sourcing';
import { HASH_BYTES } from './tree-hash.js';
import { openNote, signNote } from './signed-note.js';
import type { Verifier } from './signed-note.js';

/** A tree's size and root: what a checkpoint says. */
export interface TreeHead {
  readonly size: number;
  readonly root: Uint8Array;
}

/** A tree's size and root under the name of its log. */
export interface Checkpoint extends TreeHead {
  /** Name of the log; also the name of its key. */
  readonly origin: string;
}

/** The name of an embedded or remote store's log. Another epoch, begun when lost events were given up, is another log. */
export function originOf({ storeId, epoch }: { readonly storeId: string; readonly epoch: string }): string {
  return `cx-ledger/${storeId}/${epoch}`;
}

/** The checkpoint as a signed note: origin, size and root in base64, a line each (C2SP tlog-checkpoint). */
export function signCheckpoint({ origin, size, root }: Checkpoint, seed: Uint8Array): string {
  return signNote(`${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`, origin, seed);
}

/** The checkpoint of a signed note, once its signature is right. Throws InvalidInput as `openNote`, and `invalid-checkpoint`. */
export function openCheckpoint(note: string, verifiers: readonly Verifier[]): Checkpoint {
  return readCheckpoint(openNote(note, verifiers));
}

/** What a checkpoint says, whoever has signed it: its signature is not checked. Throws InvalidInput `invalid-checkpoint`. */
export function readCheckpoint(note: string): Checkpoint {
  const [origin = '', size = '', root = ''] = note.split('\n');
  const bytes = Buffer.from(root, 'base64');
  if (origin === '' || !/^(0|[1-9]\d{0,15})$/.test(size) || bytes.length !== HASH_BYTES) {
    const detail = 'is not a checkpoint: its first lines are the log’s name, its size and its root';
    throw new InvalidInput('invalid-checkpoint', `the text ${detail}`, [{ pointer: '', detail }]);
  }
  return { origin, size: Number(size), root: bytes };
}
