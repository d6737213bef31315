import { StoreFault } from '#event-sourcing';
import type { HeadFile, LogHead } from './head-file.js';
import type { LogFile } from './log-file.js';
import type { LogReader } from './log-reader.js';
import type { SegmentHeader } from './segment-header.js';

/** A log that is not the one written last: it ends too early, or has another event at that position. */
export interface LossEvidence {
  /** Position up to which events had been recorded. */
  readonly recorded: number;
  /** Position of the last event now. */
  readonly head: number;
}

/** Evidence that events were lost, from `log.head` and from the index's segments; undefined when there is none. */
export function lossOf(
  log: LogFile,
  reader: LogReader,
  headFile: HeadFile,
  segments: readonly SegmentHeader[],
): LossEvidence | undefined {
  const seen = headFile.read();
  const { storeId, epoch } = log;
  const ofThisLog = segments.filter((segment) => segment.storeId === storeId);
  const heads: readonly LogHead[] = ofThisLog.map(({ to, eventId }) => ({
    ...{ storeId, epoch, eventId },
    position: to,
  }));
  const missing = [...heads, ...(seen === undefined ? [] : [seen])].filter(
    (head) => head.storeId !== storeId || head.epoch !== epoch || !holds(reader, head),
  );
  if (missing.length === 0) return undefined;
  return { recorded: Math.max(...missing.map(({ position }) => position)), head: reader.head() };
}

/** Throws StoreFault `log-shortened` with the remedy. */
export function refuseLoss(folder: string, { recorded, head }: LossEvidence): never {
  const what =
    head < recorded
      ? `ends at position ${head}, but events were recorded up to ${recorded}`
      : `is not the log that was written here last (another event was recorded at position ${recorded})`;
  throw new StoreFault(
    'log-shortened',
    `the event log in ${folder} ${what}: restore the whole folder from a backup that has them, ` +
      `or give them up by \`cx accept-loss --data ${folder}\``,
    { folder, recorded, head },
  );
}

/** Whether the log has this event at this position. A damaged block counts as holding it. */
function holds(reader: LogReader, { position, eventId }: LogHead): boolean {
  if (position === 0) return true;
  try {
    const block = reader.blockAt(position);
    return block !== undefined && block.idText(position - block.first) === eventId;
  } catch (error) {
    if (error instanceof StoreFault && error.code === 'store-damaged') return true;
    throw error;
  }
}
