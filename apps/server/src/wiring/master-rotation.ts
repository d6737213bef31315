import { LedgerError } from '#event-sourcing';
import { interruptedRotation, rotateMasterFile } from '#privacy';
import type { CachedKeyStore } from '#privacy';
import type { KeyStoreOptions } from '#engines/sqlite';
import type { MasterKey } from '#privacy';

const BY_ENVIRONMENT = 'CX_MASTER_KEY';

/** The master keys to open the key store with: two after an interrupted rotation. */
export function masterKeysFor({
  bytes,
  origin,
}: MasterKey): Pick<KeyStoreOptions, 'masterKey' | 'previousMasterKey'> {
  const next = origin === BY_ENVIRONMENT ? undefined : interruptedRotation(origin);
  return next === undefined ? { masterKey: bytes } : { masterKey: next, previousMasterKey: bytes };
}

/** Completes a rotation that was interrupted, if there is one. */
export async function completeRotation(keys: CachedKeyStore, { origin }: MasterKey): Promise<void> {
  if (origin !== BY_ENVIRONMENT && interruptedRotation(origin) !== undefined)
    await rotateMasterFile(keys, origin);
}

/** Replaces the master key in its file, while keys are made and used. */
export class MasterRotation {
  private running: Promise<number> | undefined;

  constructor(
    private readonly keys: CachedKeyStore,
    private readonly origin: string,
  ) {}

  /** Throws `not-rotatable` when the key is not in a file. A call during a rotation waits for that rotation. */
  async rotate(): Promise<{ readonly secrets: number; readonly file: string }> {
    if (this.origin === BY_ENVIRONMENT) {
      const detail =
        'the master key is in CX_MASTER_KEY, which a server cannot change: keep it in a file (CX_MASTER_KEY_FILE)';
      throw new LedgerError('not-rotatable', detail);
    }
    this.running ??= rotateMasterFile(this.keys, this.origin).finally(() => (this.running = undefined));
    return { secrets: await this.running, file: this.origin };
  }
}
