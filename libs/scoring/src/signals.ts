import { addDecayed, type Decayed, decayedAt } from './decay.js';
import type { Drift } from './drift.js';
import { type ScoringPolicy, type Signal, SIGNALS } from './policy.js';

/** An instant (ms) at which an issue breaches or a promise is missed, with its id. */
export type Deadline = readonly [at: number, id: string];

/** What a customer's service signals are computed from. */
export interface SignalInputs {
  /** Decayed counters, each as of its last addition. */
  readonly signals: { readonly [signal in Signal]?: Decayed };
  /** The breach of each open issue, past or ahead, ascending in time: from then on it counts 1 and does not fade. */
  readonly breaches: readonly Deadline[];
  /** When promises count as missed that are not in `signals` yet, ascending in time: 1 each, fading from then on. */
  readonly promises: readonly Deadline[];
}

/** Decayed counters as read at one time; absent is 0. */
export type SignalLevels = { readonly [signal in Signal]?: number };

/** One signal as a function of time under silence. */
export interface SignalDrift extends Drift {
  readonly signal: Signal;
}

/** The signals that are not always zero, in the order in which they are summed. */
export function signalDrifts(inputs: SignalInputs, policy: ScoringPolicy): readonly SignalDrift[] {
  const drifts: SignalDrift[] = [];
  for (const signal of SIGNALS) {
    const standing = signal === 'breachedIssue' ? inputs.breaches : NONE;
    const added = signal === 'missedPromise' ? inputs.promises : NONE;
    const sum = inputs.signals[signal];
    if (sum === undefined && standing.length + added.length === 0) continue;
    drifts.push(driftOf(signal, sum, policy.signals[signal].halfLifeDays, standing, added));
  }
  return drifts;
}

/** All signals at a time (ms). */
export function signalLevels(inputs: SignalInputs, asOf: number, policy: ScoringPolicy): SignalLevels {
  const levels: { [signal in Signal]?: number } = {};
  for (const { signal, valueAt } of signalDrifts(inputs, policy)) {
    const level = valueAt(asOf);
    if (level > 0) levels[signal] = level;
  }
  return levels;
}

const NONE: readonly Deadline[] = [];

function driftOf(
  signal: Signal,
  sum: Decayed | undefined,
  halfLifeDays: number,
  standing: readonly Deadline[],
  added: readonly Deadline[],
): SignalDrift {
  // The counter after each of the additions to come; computed on first use.
  const sums = [sum];
  const sumAt = (at: number): Decayed | undefined => {
    const count = countPassed(added, at);
    while (sums.length <= count)
      sums.push(addDecayed(sums.at(-1), added[sums.length - 1]![0], 1, halfLifeDays));
    return sums[count];
  };
  return {
    signal,
    valueAt: (asOf) => decayedAt(sumAt(asOf), asOf, halfLifeDays) + countPassed(standing, asOf),
    rangeBetween(from, to) {
      const kept = sumAt(from);
      const more = countPassed(added, to) - countPassed(added, from);
      return [
        decayedAt(kept, to, halfLifeDays) + countPassed(standing, from),
        decayedAt(kept, from, halfLifeDays) + more + countPassed(standing, to),
      ];
    },
    jumpAfter: (at) => Math.min(nextOf(standing, at), nextOf(added, at)),
  };
}

function nextOf(deadlines: readonly Deadline[], at: number): number {
  return deadlines[countPassed(deadlines, at)]?.[0] ?? Infinity;
}

/** How many of the deadlines have passed at a time, that instant included. */
export function countPassed(deadlines: readonly Deadline[], at: number): number {
  let [low, high] = [0, deadlines.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (deadlines[middle]![0] <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}
