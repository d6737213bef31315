import { LedgerError } from '#event-sourcing';
import { withLoopTimeout } from '#threads';

/**
 * Whether every erasure in the log is known to the key store. After a start the log is searched for those that it lacks:
 * a key store that was restored from an older backup has keys of erased customers until that search has ended.
 */
export class KnownErasures {
  private note!: () => void;
  private readonly known = new Promise<void>((resolve) => (this.note = resolve));

  /** How long a request waits for the search, ms. */
  constructor(private readonly waitMillis: number) {}

  /** The search has ended. */
  searched(): void {
    this.note();
  }

  /** Resolves when no key of an erased customer can be found any more. Throws `erasures-unknown` when that takes too long. */
  async wait(): Promise<void> {
    await withLoopTimeout(this.waitMillis, this.known, () => new LedgerError('erasures-unknown', UNKNOWN));
  }
}

const UNKNOWN =
  'the log is being searched for erasures that the key store does not know, since it may have been restored from ' +
  'an older backup: personal data can be read when that has ended; ask again in a moment';
