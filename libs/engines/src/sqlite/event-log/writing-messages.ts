import type { Conflict } from './group-reply.js';
import type { FaultMessage } from './faults.js';
import type { GroupMessage } from './group.js';
import type { IndexBounds } from './pending-index.js';

/** What the writing thread is started with. */
export interface WritingOptions {
  readonly folder: string;
  readonly checkpointBytes: number;
  readonly index: IndexBounds;
  readonly faults: Int32Array | undefined;
}

/** What it is told. */
export type WritingOrder =
  | { readonly kind: 'append'; readonly number: number; readonly group: GroupMessage }
  | { readonly kind: 'close' };

/** What it says. */
export type WritingNews =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'ready'; readonly storeId: string; readonly head: number }
  | { readonly kind: 'refused'; readonly fault: FaultMessage }
  | {
      readonly kind: 'appended';
      readonly number: number;
      readonly count: number;
      readonly buffer: ArrayBuffer;
      readonly conflicts: readonly Conflict[];
      readonly head: number;
    }
  | { readonly kind: 'failed'; readonly number: number; readonly fault: FaultMessage }
  | { readonly kind: 'closed'; readonly fault?: FaultMessage };
