import { Logger } from '@nestjs/common';
import type {
  AccessLookup,
  ConsistencyProof,
  FoundAccesses,
  InclusionProof,
  IndexedAccesses,
  TreeEntry,
} from '#proofs';
import { SupervisedWorker } from '#threads';
import type { ProofsMethods, ProofsNotice, ProofsWorkerData } from './proofs.worker.js';

const logger = new Logger('Proofs');

/** How long an answer may take, ms. */
const DEADLINE = 20_000;

/** The thread that grows the log's tree, signs its checkpoints and answers with proofs. */
export class ProofsThread {
  private constructor(private readonly thread: SupervisedWorker<ProofsMethods>) {}

  static async start(
    data: ProofsWorkerData,
    onTrouble: (what: string, reason: Error) => void,
  ): Promise<ProofsThread> {
    const thread = await SupervisedWorker.start<ProofsMethods>({
      name: 'proofs thread',
      file: new URL('./proofs.worker.js', import.meta.url),
      data,
      onTrouble,
      onNotice: ({ trouble }: ProofsNotice) => {
        if (trouble === undefined) logger.log({ message: 'the log’s tree grows again' });
        else logger.error({ message: 'the log’s tree does not grow', ...trouble });
      },
    });
    return new ProofsThread(thread);
  }

  /** The newest signed checkpoint; null before the first event is in the tree. */
  checkpoint(): Promise<string | null> {
    return this.thread.call('checkpoint', undefined, DEADLINE);
  }

  /** The log's name, size and keys, and its former checkpoints. */
  log() {
    return this.thread.call('log', undefined, DEADLINE);
  }

  inclusion(entry: number, size?: number): Promise<InclusionProof> {
    return this.thread.call('inclusion', { entry, size }, DEADLINE);
  }

  /** The hashes that prove each of these entries, in ascending order, in the tree of `size` entries. */
  inclusions(entries: readonly number[], size: number): Promise<readonly (readonly Uint8Array[])[]> {
    return this.thread.call('inclusions', { entries, size }, DEADLINE);
  }

  /** Signs a text, which ends with a newline and is no checkpoint, under the log's name and key. */
  sign(text: string): Promise<string> {
    return this.thread.call('sign', text, DEADLINE);
  }

  consistency(from: number, to?: number): Promise<ConsistencyProof> {
    return this.thread.call('consistency', { from, to }, DEADLINE);
  }

  /** The entries from `from` up to `to`, exclusive. */
  entries(from: number, to: number): Promise<readonly TreeEntry[]> {
    return this.thread.call('entries', { from, to }, DEADLINE);
  }

  /** The bytes of a tile by its path, `tile/0/x001/234`. */
  tile(path: string): Promise<Uint8Array> {
    return this.thread.call('tile', path, DEADLINE);
  }

  /** Which of a tenant's recorded accesses the index covers; it may be some seconds behind the log. */
  indexedAccesses(tenant: string): Promise<IndexedAccesses | undefined> {
    return this.thread.call('indexedAccesses', tenant, DEADLINE);
  }

  /** The last event with accesses that were recorded late and began at this time (ms) or before; -1: none. */
  lastLateAccess(tenant: string, time: number): Promise<number> {
    return this.thread.call('lastLateAccess', { tenant, time }, DEADLINE);
  }

  /** Looks up where accesses are recorded; undefined where the index does not cover `from` (any more). */
  findAccesses(lookup: AccessLookup): Promise<FoundAccesses | undefined> {
    return this.thread.call('findAccesses', lookup, DEADLINE);
  }

  /** Puts a new key in place of the one that signs. */
  rotate(): Promise<{ readonly verifier: string; readonly file: string }> {
    return this.thread.call('rotate', undefined, DEADLINE);
  }

  /** Ends the thread, once the step under way is stored. */
  async stop(deadlineMillis: number): Promise<void> {
    await this.thread.call('stop', undefined, deadlineMillis).catch(() => undefined);
    await this.thread.stop();
  }
}
