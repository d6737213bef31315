import { join } from 'node:path';
import type { OperationsStore } from '#engines';
import {
  EmbeddedEventStore,
  type EmbeddedKeyStore,
  type EmbeddedOptions,
  openSideStores,
} from '#engines/sqlite';
import { DeadLetterBox, Intake, type IntakeAnswer, type OpenedLetter } from '#intake';
import { loadMasterKey } from '#privacy';
import { SealedIdempotencyStore } from '../../apps/server/src/ingest/sealed-idempotency-store.js';
import { prepareFolder } from '../../apps/server/src/wiring/data-folder.js';
import {
  completeRotation,
  masterKeysFor,
  MasterRotation,
} from '../../apps/server/src/wiring/master-rotation.js';
import { type IntakeRequest, TENANT } from './intake-workload.js';

/** The parts by which input comes in, opened in a folder as the server opens them. */
export class LedgerParts {
  readonly intake: Intake;
  readonly box: DeadLetterBox;
  readonly answers: SealedIdempotencyStore;

  private constructor(
    readonly store: EmbeddedEventStore,
    readonly keys: EmbeddedKeyStore,
    private readonly operations: OperationsStore,
    private readonly rotation: MasterRotation,
  ) {
    this.intake = new Intake({ store, keys, clock: Date });
    this.box = new DeadLetterBox({ store: operations.deadLetters, keys, intake: this.intake, clock: Date });
    this.answers = new SealedIdempotencyStore(operations.idempotency, keys, store);
  }

  /** The data folder is two below `root`, with the master key beside it. */
  static folderIn(root: string): string {
    return join(root, 'ledger', 'data');
  }

  static async open(root: string, bounds: Omit<EmbeddedOptions, 'folder'> = {}): Promise<LedgerParts> {
    const folder = LedgerParts.folderIn(root);
    prepareFolder(folder, 'CX_STORE');
    const store = await EmbeddedEventStore.open({ folder, ...bounds });
    try {
      const masterKey = loadMasterKey({}, folder);
      const stores = { keys: { folder, ...masterKeysFor(masterKey) }, operations: { folder } };
      const { keys, operations } = await openSideStores(stores);
      await completeRotation(keys, masterKey);
      return new LedgerParts(store, keys, operations, new MasterRotation(keys, masterKey.origin));
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  /** Takes a request in; durable when it answers. The answers of its events, if it brought any. */
  async take(request: IntakeRequest): Promise<readonly IntakeAnswer[]> {
    if (request.is === 'events') return this.intake.record({ tenant: TENANT, id: 'desk' }, request.events);
    if (request.is === 'letters') await this.box.put(request.letters);
    else if (request.is === 'answer') await this.answers.keep(request.owner, request.answer);
    else await this.rotation.rotate();
    return [];
  }

  /** Every dead letter of the tenant, opened; what cannot be opened has the error in the place of its body. */
  async *letters(
    tenant: string,
  ): AsyncGenerator<OpenedLetter | { letter: OpenedLetter['letter']; error: Error }> {
    for (let after: number | undefined; ;) {
      const page = await this.operations.deadLetters.list({ tenant, after, limit: 1_000 });
      for (const letter of page) {
        yield await this.box
          .open(tenant, letter.id)
          .catch((error: unknown) => ({ letter, error: error as Error }));
      }
      if (page.length < 1_000) return;
      after = page.at(-1)!.number;
    }
  }

  async close(): Promise<void> {
    await this.store.close();
    await this.operations.close();
    await this.keys.close();
  }
}
