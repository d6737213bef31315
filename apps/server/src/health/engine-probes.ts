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

/** What readiness learns of the stores. */
export interface EngineFaults {
  /** What cannot do its work, with the code of the failure. */
  readonly missing: readonly string[];
  readonly degraded: readonly string[];
}

/** Asks the stores whether they answer: all at the same time, each with a deadline of its own. */
@Injectable()
export class EngineProbes {
  private readonly access: Probe<unknown>;
  private readonly keys: Probe<unknown>;
  private readonly events: Probe<unknown>;
  private readonly lastRecordedAt: Probe<number>;
  private readonly eventsPart: string;

  constructor(store: EventStore, access: AccessStore, erasures: ErasureStore, { roles }: Settings) {
    // Who takes events in must be able to record them; all others read them.
    const takesIn = roles.includes('ingest');
    this.eventsPart = takesIn ? 'recording' : 'reading events';
    this.access = new Probe(() => access.hasTenant(DEFAULT_TENANT));
    // Keys may be in a database of their own.
    this.keys = new Probe(() => erasures.unfinished(1));
    this.events = new Probe<unknown>(() => (takesIn ? store.checkWritable() : store.head()));
    this.lastRecordedAt = new Probe(() => store.lastRecordedAt());
  }

  async ask(): Promise<EngineFaults> {
    const last = this.lastRecordedAt.ask();
    const faults = await Promise.all([
      faultOf('API keys and operations', this.access.ask()),
      faultOf("customers' keys", this.keys.ask()),
      faultOf(this.eventsPart, this.events.ask()),
      faultOf('reading events', last),
    ]);
    const missing = [...new Set(faults.flat())];
    return { missing, degraded: missing.length > 0 ? [] : clockAhead(await last) };
  }
}

/** One question to one part. While an answer is awaited it is not asked again: probes do not gather before a part that hangs. */
class Probe<T> {
  private underWay: Promise<T> | undefined;

  constructor(private readonly question: () => Promise<T>) {}

  /** Throws what the question throws, and `no-answer` where none comes in time. */
  ask(): Promise<T> {
    this.underWay ??= this.question().finally(() => (this.underWay = undefined));
    return withLoopTimeout(
      ANSWER_MILLIS,
      this.underWay,
      () => new LedgerError('no-answer', `no answer within ${ANSWER_MILLIS} ms`),
    );
  }
}

/** A part with the code of what its question fails with; nothing where it is answered. */
function faultOf(part: string, answer: Promise<unknown>): Promise<readonly string[]> {
  return answer.then(
    () => [],
    (error: unknown) => [`${part} (${error instanceof LedgerError ? error.code : 'internal'})`],
  );
}

/** New events get the time of the newest recorded one when the clock is behind it: that is said until it has passed. */
function clockAhead(lastRecordedAt: number): readonly string[] {
  const aheadMillis = lastRecordedAt - Date.now();
  if (aheadMillis <= TOLERATED_MILLIS) return [];
  const seconds = Math.round(aheadMillis / 1000);
  return [`recordedAt is ${seconds} s ahead of the clock (see infra/docs/guides/recovery.md)`];
}
