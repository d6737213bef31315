import { addDecayed, type Decayed, type FoldContext, type Signal, withoutDecayed } from '#scoring';

/** What service did to the customer: decayed counters that move the risk of churn. */
export class Signals {
  /** Each as of the last thing counted into it; undefined: nothing was. */
  readonly sums: { [signal in Signal]?: Decayed } = {
    breachedIssue: undefined,
    repeatContact: undefined,
    friction: undefined,
    highEffort: undefined,
    negativeFeedback: undefined,
    positiveFeedback: undefined,
    missedPromise: undefined,
  };

  /** Counts one more, of weight 1, at a time (ms). */
  add(signal: Signal, at: number, { policy }: FoldContext): void {
    this.sums[signal] = addDecayed(this.sums[signal], at, 1, policy.signals[signal].halfLifeDays);
  }

  /** Takes out a part that was counted before: never below 0. */
  remove(signal: Signal, part: Decayed, at: number, { policy }: FoldContext): void {
    this.sums[signal] = withoutDecayed(this.sums[signal], part, at, policy.signals[signal].halfLifeDays);
  }
}
