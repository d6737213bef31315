import {
  addDecayed,
  type ChurnInputs,
  type Decayed,
  decayedAt,
  type FoldContext,
  type Signal,
  SIGNALS,
} from '#scoring';
import type { CustomerState } from './customer-state.js';

/** What the risk of churn is worked out from, at any time from the state's last fact on. */
export function churnInputs(state: CustomerState, context: Pick<FoldContext, 'policy'>): ChurnInputs {
  const { behaviour, contacts } = state;
  const breaches = breachesOf(state);
  const promises = state.promises.pending.map(({ missedFrom }) => missedFrom);
  return {
    purchases: behaviour.purchases,
    contract: behaviour.contract,
    lastContactAt: contacts.lastAt,
    signals: signalsOverTime(state, breaches, promises, context),
    addedSignals: (from, to) => ({
      breachedIssue: countPassed(breaches, to) - countPassed(breaches, from),
      missedPromise: countPassed(promises, to) - countPassed(promises, from),
    }),
  };
}

/** When (ms) the risk jumps by itself: breaches to come and promises that will be missed. */
export function jumpsOf(state: CustomerState): readonly number[] {
  return [...breachesOf(state), ...state.promises.pending.map(({ missedFrom }) => missedFrom)];
}

/** When (ms) the open issues breach or have breached, ascending. */
function breachesOf({ issues }: CustomerState): readonly number[] {
  const breaches: number[] = [];
  for (const { breachAt } of issues.open) if (breachAt !== null) breaches.push(breachAt);
  return breaches.sort((a, b) => a - b);
}

function signalsOverTime(
  { signals: { sums } }: CustomerState,
  breaches: readonly number[],
  promises: readonly number[],
  { policy }: Pick<FoldContext, 'policy'>,
): ChurnInputs['signals'] {
  // The counter after each promise to come, worked out when it is first needed.
  const missed = [sums.missedPromise];
  const missedAfter = (count: number): Decayed | undefined => {
    const { halfLifeDays } = policy.signals.missedPromise;
    while (missed.length <= count) {
      missed.push(addDecayed(missed.at(-1), promises[missed.length - 1]!, 1, halfLifeDays));
    }
    return missed[count];
  };
  return (asOf) => {
    const levels: { [signal in Signal]?: number } = {};
    for (const signal of SIGNALS) {
      const sum = signal === 'missedPromise' ? missedAfter(countPassed(promises, asOf)) : sums[signal];
      const faded = decayedAt(sum, asOf, policy.signals[signal].halfLifeDays);
      const open = signal === 'breachedIssue' ? countPassed(breaches, asOf) : 0;
      if (faded + open > 0) levels[signal] = faded + open;
    }
    return levels;
  };
}

/** How many times have come at `at`, that instant included. */
function countPassed(times: readonly number[], at: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle]! <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}
