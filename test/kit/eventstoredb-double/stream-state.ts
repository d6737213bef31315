import type { LogRecord } from './record.js';

/** What metadata says about which events of a stream may be read. */
interface Bounds {
  readonly $maxCount?: number;
  /** Seconds. */
  readonly $maxAge?: number;
  /** The first revision that may be read. */
  readonly $tb?: number | string;
}

/** `$tb` of a stream that was deleted softly. */
export const DELETED_UNTIL = '9223372036854775807';

/** One stream: its records by revision, deleted or not, and the bounds that hide events. */
export class StreamState {
  readonly records: LogRecord[] = [];
  tombstoned = false;
  bounds: Bounds = {};

  /** The revision of the last event, hidden or not; -1 where there is none. */
  get last(): bigint {
    return BigInt(this.records.length) - 1n;
  }

  /** Deleted softly: not to be read, but its revisions go on. */
  get softlyDeleted(): boolean {
    return this.bounds.$tb === DELETED_UNTIL;
  }

  /** The first revision that may be read now. */
  firstVisible(now: number, committed: bigint): bigint {
    const { $maxCount, $maxAge, $tb } = this.bounds;
    let first = $tb === undefined ? 0n : BigInt($tb);
    const count = BigInt(this.committedCount(committed));
    if ($maxCount !== undefined && count - BigInt($maxCount) > first) first = count - BigInt($maxCount);
    if ($maxAge !== undefined)
      while (first < count && this.records[Number(first)]!.created < now - $maxAge * 1000) first++;
    return first;
  }

  /** How many of the records are durable: those up to this position. */
  committedCount(committed: bigint): number {
    let count = this.records.length;
    while (count > 0 && this.records[count - 1]!.position > committed) count--;
    return count;
  }
}
