import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { StoreFault } from '#event-sourcing';
import { FolderLock } from '../folder-lock.js';
import { HeadFile } from './head-file.js';
import { LogFile } from './log-file.js';
import { LogReader } from './log-reader.js';
import { lossOf } from './lost-events.js';
import { SegmentSet, segmentHeaders } from './segment-set.js';

/** What was given up. */
export interface AcceptedLoss {
  /** Position of the log's last event; the next event gets the position after it. */
  readonly head: number;
  /** The positions after `head` up to this one had events that are lost. */
  readonly recorded: number;
  /** The epoch that begins: positions of another epoch mean other events. */
  readonly epoch: string;
}

/**
 * Accepts that a log has lost events: it continues after its last event, in a new epoch, and its index is rebuilt at the next
 * start. Throws StoreFault: `store-absent`, `store-locked`, `nothing-lost`.
 */
export function acceptLoss(folder: string): AcceptedLoss {
  const path = join(folder, 'log.sqlite');
  if (!existsSync(path))
    throw new StoreFault('store-absent', `there is no event log in ${folder}`, { folder });
  const lock = new FolderLock('store', join(folder, 'lock'), folder);
  const log = new LogFile(path, 0);
  const reader = new LogReader(path);
  const headFile = new HeadFile(folder);
  try {
    const loss = lossOf(log, reader, headFile, segmentHeaders(join(folder, 'index')));
    if (loss === undefined)
      throw new StoreFault('nothing-lost', `the event log in ${folder} has every event that was recorded`, {
        folder,
      });
    const epoch = log.beginEpoch(loss.head);
    new SegmentSet(join(folder, 'index')).removeUnused();
    headFile.write(reader.lastEvent(log));
    return { ...loss, epoch };
  } finally {
    headFile.close();
    reader.close();
    log.close();
    lock.release();
  }
}
