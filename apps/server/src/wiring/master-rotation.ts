import { LedgerError } from '#event-sourcing';
import { interruptedRotation, rotateMasterFile } from '#privacy';
import { EmbeddedKeyStore } from '#engines/sqlite';
import type { MasterKey } from '#privacy';

const BY_ENVIRONMENT = 'CX_MASTER_KEY';

/** Opens the key store, and brings a rotation to its end that was interrupted. */
export async function openKeyStore(folder: string, { bytes, origin }: MasterKey): Promise<EmbeddedKeyStore> {
  const next = origin === BY_ENVIRONMENT ? undefined : interruptedRotation(origin);
  if (next === undefined) return EmbeddedKeyStore.open({ folder, masterKey: bytes });
  const keys = await EmbeddedKeyStore.open({ folder, masterKey: next, previousMasterKey: bytes });
  await rotateMasterFile(keys, origin);
  return keys;
}

/** Puts a new master key in place of the one in its file, while keys are made and used. */
export class MasterRotation {
  private running: Promise<number> | undefined;

  constructor(
    private readonly keys: EmbeddedKeyStore,
    private readonly origin: string,
  ) {}

  /** Throws `not-rotatable` when the key is not in a file. Called while it runs, it waits for the same rotation. */
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
