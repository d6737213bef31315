import type { FaultMessage } from './faults.js';
import type { PackedEvents } from './stored-events.js';

/** What the reading thread is asked. Positions are numbers here: the embedded store's fit. */
export type ReadQuestion =
  | {
      readonly kind: 'all';
      readonly after: number;
      readonly limit: number;
      readonly types: readonly string[] | undefined;
    }
  | { readonly kind: 'stream'; readonly stream: string; readonly from: number; readonly limit: number }
  | { readonly kind: 'event'; readonly position: number }
  | { readonly kind: 'find'; readonly id: Uint32Array }
  | { readonly kind: 'count'; readonly stream: string }
  | { readonly kind: 'positionAt'; readonly recordedAt: number }
  | { readonly kind: 'close' };

export type ReadResult =
  | {
      readonly kind: 'page';
      readonly events: PackedEvents;
      readonly scannedTo: number;
      readonly atEnd: boolean;
    }
  | { readonly kind: 'events'; readonly events: PackedEvents }
  | { readonly kind: 'number'; readonly number: number };

export type ReadAnswer =
  | { readonly number: number; readonly result: ReadResult; readonly fault?: undefined }
  | { readonly number: number; readonly result?: undefined; readonly fault: FaultMessage };
