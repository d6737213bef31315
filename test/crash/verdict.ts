import type { Acknowledgement } from './acknowledgement.js';

/** What was known of the run when it was interrupted. */
export interface Known {
  readonly acknowledged: readonly Acknowledgement[];
  /** Number of requests that may have reached the stores. */
  readonly sent: number;
  /** An older log was put back. Default: it was not. */
  readonly putBack?: boolean;
}

/** What the folder, opened again, turned out to have. */
export class Verdict {
  /** Different things that had been acknowledged: events, dead letters, kept answers. */
  acknowledged = 0;
  lost = 0;
  duplicated = 0;
  /** There, but sealed for ever: what was sent cannot be had back. */
  unopened = 0;
  /** Events found although nobody had been told so: allowed. */
  unacknowledgedFound = 0;
  /** Everything else that is not as it must be, in words. */
  readonly wrong: string[] = [];

  get isGood(): boolean {
    return this.lost + this.duplicated + this.unopened + this.wrong.length === 0;
  }
}
