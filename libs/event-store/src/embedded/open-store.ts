import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { StoreFault } from '#event-sourcing';
import { Committer } from './committer.js';
import { IndexFile } from './index-file.js';
import { meetInjectedFault } from './injected-fault.js';
import { LogFile } from './log-file.js';
import { LogReader } from './log-reader.js';
import { PresenceFilter } from './presence-filter.js';
import { StoreIndex } from './store-index.js';
import { StoreLock } from './store-lock.js';
import type { WritingOptions } from './writing-messages.js';

type Progress = (done: number, total: number) => void;

/** Events between two reports of progress. */
const REPORT_EVENTS = 100_000;

/** A folder opened for writing: locked, its log checked, its index complete. */
export class OpenStore {
  private constructor(
    readonly log: LogFile,
    readonly index: StoreIndex,
    readonly committer: Committer,
    readonly head: number,
    private readonly lock: StoreLock,
  ) {}

  static async open(
    { folder, recentStreams, faults }: WritingOptions,
    progress: Progress,
  ): Promise<OpenStore> {
    makeFolder(folder);
    const lock = new StoreLock(folder);
    try {
      const log = new LogFile(join(folder, 'log.sqlite'));
      const reader = new LogReader(log.path);
      const index = await openIndex(join(folder, 'index'), log.storeId, reader, recentStreams, progress);
      const last = { position: reader.head(), recordedAt: reader.lastRecordedAt() };
      reader.close();
      const committer = new Committer(log, index, last, () => meetInjectedFault(faults));
      return new OpenStore(log, index, committer, last.position, lock);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** Writes what the index lacks, and lets the folder go. */
  async close(): Promise<void> {
    try {
      await this.index.close();
    } finally {
      this.log.close();
      this.lock.release();
    }
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    const cause = (error as Error).message;
    throw new StoreFault('store-not-writable', `the folder ${folder} cannot be made: ${cause}`, {
      folder,
      cause,
    });
  }
}

async function openIndex(
  folder: string,
  storeId: string,
  log: LogReader,
  recentStreams: number,
  progress: Progress,
): Promise<StoreIndex> {
  const idAt = (position: number) => {
    const block = position === 0 ? undefined : log.blockAt(position);
    return block?.ids.toString('hex', 16 * (position - block.first), 16 * (position - block.first) + 16);
  };
  let file = await IndexFile.open(folder, storeId, idAt);
  if (file === undefined) {
    IndexFile.remove(folder);
    file = await IndexFile.open(folder, storeId, idAt);
  }
  if (file === undefined) {
    throw new StoreFault('store-not-writable', `the index in ${folder} cannot be made`, { folder });
  }
  const index = new StoreIndex(file, new PresenceFilter(), recentStreams);
  await complete(index, log, progress);
  return index;
}

/** Brings the filter, and the index behind its checkpoint, up to the log's end. */
async function complete(index: StoreIndex, log: LogReader, progress: Progress): Promise<void> {
  const total = log.head();
  const checkpoint = index.checkpoint;
  let reported = 0;
  for (const block of log.blocksFrom(1)) {
    index.addToFilter(block);
    if (block.first > checkpoint) await index.addBlock(block);
    if (block.last - reported < REPORT_EVENTS) continue;
    progress((reported = block.last), total);
  }
  index.flush();
}
