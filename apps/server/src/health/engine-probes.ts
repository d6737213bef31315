import { Injectable } from '@nestjs/common';
import { DEFAULT_TENANT, LedgerError } from '#event-sourcing';
import { EventStore } from '#event-store';
import { AccessStore, Settings } from '#platform';
import { ErasureStore } from '#privacy';
import { withLoopTimeout } from '#threads';

/** How long readiness waits for a part, ms: orchestrators give a probe some seconds, and take silence for a failure. */
const ANSWER_MILLIS = 1_500;
/** How far clocks of one installation may differ, ms. */
const TOLERATED_MILLIS = 300_000;

/** Asks the stores whether they answer: all at the same time, each with a deadline of its own. */
@Injectable()
export class EngineProbes {
  private readonly newest: Probe<number>;
  private readonly others: readonly Probe<unknown>[];

  constructor(store: EventStore, access: AccessStore, erasures: ErasureStore, { roles }: Settings) {
    this.newest = new Probe('reading events', () => store.lastRecordedAt());
    this.others = [
      new Probe('API keys and operations', () => access.hasTenant(DEFAULT_TENANT)),
      // Keys may be in a database of their own.
      new Probe("customers' keys", () => erasures.unfinished(1)),
      // Who takes events in must be able to record them; all others read them.
      roles.includes('ingest')
        ? new Probe('recording', () => store.checkWritable())
        : new Probe('reading events', () => store.head()),
    ];
  }

  /** What cannot do its work, with the code of the failure; and what else the stores say of themselves. */
  async ask(): Promise<{ readonly missing: readonly string[]; readonly degraded: readonly string[] }> {
    const [newest, others] = await Promise.all([
      this.newest.outcome(),
      Promise.all(this.others.map((probe) => probe.outcome())),
    ]);
    const missing = [...new Set([...others, newest].flatMap(({ fault }) => fault ?? []))];
    const { answer } = newest;
    return { missing, degraded: missing.length > 0 || answer === undefined ? [] : clockAhead(answer) };
  }
}

interface Outcome<T> {
  readonly answer?: T;
  readonly fault?: string;
}

/** One question to one part. While an answer is awaited it is not asked again: probes do not gather before a part that hangs. */
class Probe<T> {
  private underWay: Promise<T> | undefined;

  constructor(
    private readonly part: string,
    private readonly question: () => Promise<T>,
  ) {}

  /** The answer, or the part with the code of its failure: `no-answer` where none comes in time. */
  async outcome(): Promise<Outcome<T>> {
    this.underWay ??= this.question().finally(() => (this.underWay = undefined));
    const late = () => new LedgerError('no-answer', `no answer within ${ANSWER_MILLIS} ms`);
    try {
      return { answer: await withLoopTimeout(ANSWER_MILLIS, this.underWay, late) };
    } catch (error) {
      return { fault: `${this.part} (${error instanceof LedgerError ? error.code : 'internal'})` };
    }
  }
}

/** New events get the time of the newest recorded one when the clock is behind it: that is said until it has passed. */
function clockAhead(lastRecordedAt: number): readonly string[] {
  const aheadMillis = lastRecordedAt - Date.now();
  if (aheadMillis <= TOLERATED_MILLIS) return [];
  const seconds = Math.round(aheadMillis / 1000);
  return [`recordedAt is ${seconds} s ahead of the clock (see infra/docs/guides/recovery.md)`];
}
