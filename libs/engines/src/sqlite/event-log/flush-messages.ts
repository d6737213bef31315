import type { Entries } from './index-entries.js';
import type { FaultMessage } from './faults.js';

/** A memtable to be written as a segment. */
export interface FlushOrder {
  readonly from: number;
  readonly to: number;
  readonly eventId: string;
  readonly entries: Entries;
}

/** `flushed`: the segment is there. `merged`: there are fewer segments now. */
export type FlushNews =
  | { readonly kind: 'flushed' }
  | { readonly kind: 'merged' }
  | { readonly kind: 'failed'; readonly fault: FaultMessage };
