import type { Observed } from './observed.js';

/** One measured figure, beside what bounds it. */
export interface Figure {
  readonly bench: string;
  readonly what: string;
  /** Higher is better, but for what is in ms or in µs. */
  readonly value: number;
  readonly unit: 'events/s' | 'rows/s' | 'ms' | 'µs/event' | '×';
  /** What bounds it, or what it is held against, from the same run. */
  readonly limit?: { readonly what: string; readonly value: number };
  readonly goal?: { readonly text: string; readonly met: boolean };
  readonly p50?: number;
  readonly p99?: number;
  /** What the process under measure was seen to do meanwhile. */
  readonly observed?: Observed;
  /** Microseconds of processor time that the process took for an event: main thread, all threads. */
  readonly cost?: { readonly main: number; readonly all: number };
  readonly note?: string;
  /** The values of all rounds, of which the best is given. */
  readonly rounds?: readonly number[];
}

/** How the run is to be made, and where its figures go. */
export interface Run {
  /** Shorter rounds and fewer of them; figures to look at, not to quote. */
  readonly quick: boolean;
  add(figure: Figure): void;
  /** Progress, for those who wait. */
  say(text: string): void;
}

/** The processor time of an event, µs. */
export function costOf({ mainSeconds, allSeconds }: Observed, events: number): Figure['cost'] {
  return { main: (mainSeconds / events) * 1e6, all: (allSeconds / events) * 1e6 };
}
