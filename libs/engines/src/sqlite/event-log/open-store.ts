import { lstatSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { StoreFault } from '#event-sourcing';
import { SupervisedWorker } from '#threads';
import { Committer, type Committed } from './committer.js';
import type { Group } from './group.js';
import { meetInjectedFault } from './injected-fault.js';
import { LogFile } from './log-file.js';
import { LogReader } from './log-reader.js';
import { FolderLock } from '../folder-lock.js';
import { makeFolder } from '../make-folder.js';
import { PendingIndex, type IndexBounds } from './pending-index.js';
import { BloomFilter } from './bloom-filter.js';
import type { Segment } from './segment.js';
import { ENTRY_WORDS } from './index-entries.js';
import type { SegmentHeader } from './segment-header.js';
import { HeadFile } from './head-file.js';
import { lossOf, refuseLoss } from './lost-events.js';
import { guarded } from '../sqlite-fault.js';
import { segmentHeaders, SegmentSet } from './segment-set.js';
import { StoreIndex } from './store-index.js';
import type { FlushMethods } from './flush.worker.js';

type Progress = (done: number, total: number) => void;

/** Events between two reports of progress. */
const REPORT_EVENTS = 100_000;

/** With less free room than a large commit and its checkpoint take, the disk counts as full. */
const ROOM_BYTES = 8 * 1024 * 1024;

/** How a folder is opened for writing. */
export interface WritingOptions {
  readonly folder: string;
  readonly checkpointBytes: number;
  readonly index: IndexBounds;
  readonly faults: Int32Array | undefined;
}

/** A folder opened for writing: locked, its log checked, its index complete. */
export class OpenStore {
  private constructor(
    private readonly folder: string,
    readonly log: LogFile,
    private readonly reader: LogReader,
    readonly index: StoreIndex,
    readonly committer: Committer,
    private readonly headFile: HeadFile,
    private readonly lock: FolderLock,
  ) {}

  static async open(
    { folder, checkpointBytes, index: bounds, faults }: WritingOptions,
    progress: Progress,
  ): Promise<OpenStore> {
    prepare(folder);
    const lock = new FolderLock('store', join(folder, 'lock'), folder);
    try {
      const log = new LogFile(join(folder, 'log.sqlite'), checkpointBytes);
      const reader = new LogReader(log.path);
      const headFile = guarded('store', join(folder, 'log.head'), () => new HeadFile(folder));
      const loss = lossOf(log, reader, headFile, segmentHeaders(join(folder, 'index')));
      if (loss !== undefined) refuseLoss(folder, loss);
      headFile.write(reader.lastEvent(log));
      const index = await openIndex(join(folder, 'index'), log.storeId, reader, bounds, progress);
      const committer = new Committer(log, reader, index, () => meetInjectedFault(faults));
      return new OpenStore(folder, log, reader, index, committer, headFile, lock);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  get head(): number {
    return this.reader.head();
  }

  /** Throws StoreFault when events could not be recorded now. */
  async checkWritable(): Promise<void> {
    const { bavail, bsize } = statfsSync(this.folder);
    if (bavail * bsize < ROOM_BYTES)
      throw new StoreFault('store-full', `no room left in ${this.folder}: make room`, {
        folder: this.folder,
      });
    this.committer.checkWritable();
    await this.index.checkWritable();
  }

  /**
   * Commits a group, and notes the log's new end before the commit is answered: that costs some microseconds, and what
   * was acknowledged is missed when the log is found without it, whenever the process is killed.
   */
  async commit(group: Group): Promise<Committed> {
    const committed = await this.committer.commit(group);
    const { last } = committed;
    const { storeId, epoch } = this.log;
    if (last !== undefined)
      this.headFile.write({ storeId, epoch, position: last.position, eventId: last.id });
    return committed;
  }

  /** What follows a commit once it is answered: the index, and the checkpoint when it is due. */
  afterCommit(): void {
    this.committer.index();
    this.log.checkpointWhenDue();
  }

  /** Writes what the index lacks, and releases the folder. */
  async close(): Promise<void> {
    try {
      await this.index.close();
    } finally {
      this.headFile.close();
      this.reader.close();
      this.log.close();
      this.lock.release();
    }
  }
}

/** A folder of the store's, created if missing. */
function prepare(folder: string): void {
  try {
    makeFolder(folder);
  } catch (error) {
    const cause = (error as Error).message;
    throw new StoreFault('store-not-writable', `the folder ${folder} cannot be made: ${cause}`, {
      folder,
      cause,
    });
  }
}

/** Files are removed from the index, so it must not be a folder that belongs to something else. */
function refuseLink(folder: string): void {
  if (!lstatSync(folder).isSymbolicLink()) return;
  throw new StoreFault(
    'store-not-writable',
    `${folder} is a symbolic link: make it a folder (the index in it is made from the log), or move the whole store`,
    { folder },
  );
}

/** Opens the index and completes it from the log. */
async function openIndex(
  folder: string,
  storeId: string,
  log: LogReader,
  bounds: IndexBounds,
  progress: Progress,
): Promise<StoreIndex> {
  prepare(folder);
  refuseLink(folder);
  const segments = new SegmentSet(folder, (header) => isOf(header, storeId, log));
  segments.refresh(true);
  segments.removeUnused();
  const filter = new BloomFilter();
  for (const segment of segments.all) addSegment(filter, segment);
  const flusher = await SupervisedWorker.start<FlushMethods>({
    name: "the index's flush thread",
    file: new URL('./flush.worker.js', import.meta.url),
    data: { folder, storeId },
    onNotice: () => segments.refresh(),
    // Appends wait for the restart, or are refused with what is wrong, once memory is full.
    onTrouble: () => undefined,
  });
  const index = new StoreIndex(segments, filter, new PendingIndex(segments, flusher, bounds));
  await complete(index, segments.checkpoint, log, progress);
  return index;
}

/** Whether a segment is of this log, and not of a copy that went another way, or of a part that was lost. */
function isOf(header: SegmentHeader, storeId: string, log: LogReader): boolean {
  if (header.storeId !== storeId) return false;
  try {
    const block = log.blockAt(header.to);
    return block !== undefined && block.idText(header.to - block.first) === header.eventId;
  } catch (error) {
    // A damaged block is no evidence against the segment, and must not keep other events from being served.
    if (error instanceof StoreFault && error.code === 'store-damaged') return header.to <= log.head();
    throw error;
  }
}

/** Entries read at once to fill the filter. */
const FILTER_ENTRIES = 8192;

function addSegment(filter: BloomFilter, segment: Segment): void {
  for (let from = 0; from < segment.ids.count; from += FILTER_ENTRIES) {
    const entries = segment.ids.read(from, FILTER_ENTRIES);
    for (let at = 0; at < entries.length; at += ENTRY_WORDS) filter.add(entries, at);
  }
  for (let from = 0; from < segment.streams.count; from += FILTER_ENTRIES) {
    const entries = segment.streams.read(from, FILTER_ENTRIES);
    // The key of a stream is that of its first entry.
    for (let at = 0; at < entries.length; at += ENTRY_WORDS)
      if (entries[at + 3] === 0) filter.add(entries, at);
  }
}

/** Adds to the index what the log has behind `checkpoint`. */
async function complete(
  index: StoreIndex,
  checkpoint: number,
  log: LogReader,
  progress: Progress,
): Promise<void> {
  const total = log.head();
  let reported = checkpoint;
  for (const block of log.blocksFrom(checkpoint + 1)) {
    await index.addBlock(block);
    if (block.last - reported < REPORT_EVENTS) continue;
    progress((reported = block.last), total);
  }
  if (reported < total) progress(total, total);
}
