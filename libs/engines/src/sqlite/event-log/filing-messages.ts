import type { Entries } from './run-entries.js';
import type { FaultMessage } from './faults.js';

/** A generation to be written as a run. */
export interface FilingOrder {
  readonly from: number;
  readonly to: number;
  readonly eventId: string;
  readonly entries: Entries;
}

/** `filed`: the run is there. `merged`: there are fewer runs now. */
export type FilingNews =
  | { readonly kind: 'filed' }
  | { readonly kind: 'merged' }
  | { readonly kind: 'failed'; readonly fault: FaultMessage };
