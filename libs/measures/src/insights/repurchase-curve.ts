import { wilson, Z95 } from '#scoring';
import { twoSidedTail } from './normal-tail.js';

/** One vote: how satisfied somebody was, and whether they bought again. */
export interface Outcome {
  readonly level: number;
  readonly bought: boolean;
}

/** The customers of one level of satisfaction. */
export interface CurvePoint {
  readonly level: number;
  readonly n: number;
  readonly bought: number;
  readonly share: number;
  /** Of 95 % (Wilson). */
  readonly interval: { readonly low: number; readonly high: number };
  /** The share on the curve that never falls; null where the level has too few customers to be part of it. */
  readonly fitted: number | null;
}

/** Where more satisfaction begins to bring less. */
export interface Knee {
  readonly level: number;
  /** By how much the share rises per level up to the knee, and beyond it. */
  readonly riseBefore: number;
  readonly riseAfter: number;
  /** The difference of the rises, with its interval of 95 %. */
  readonly difference: number;
  readonly interval: { readonly low: number; readonly high: number };
  /** Whether chance would bring about such a difference in less than one case of twenty, at any of the levels tried. */
  readonly isClear: boolean;
}

export interface RepurchaseCurve {
  readonly points: readonly CurvePoint[];
  /** Null: the curve has none (it is straight, or bends upwards), or there are too few customers to say. */
  readonly knee: Knee | null;
  /** Fewer than three levels have enough customers. */
  readonly tooFew: boolean;
}

/** Customers that a level must have to be part of the curve. */
export const CUSTOMERS_A_LEVEL = 20;
const LEVELS_AT_LEAST = 3;

/**
 * The share who bought again by how satisfied they had been, with its knee. The fitted curve never falls (isotonic
 * regression: Ayer et al. 1955). Its knee is the level that lies highest above the straight line between the first and the
 * last level (Satopää et al. 2011, “Kneedle”). Whether it is more than chance is said by the difference of the rises
 * before and after it, from the shares as they are, corrected for the levels tried (Bonferroni).
 */
export function repurchaseCurve(outcomes: Iterable<Outcome>): RepurchaseCurve {
  const counts = new Map<number, { n: number; bought: number }>();
  for (const { level, bought } of outcomes) {
    const count = counts.get(level) ?? { n: 0, bought: 0 };
    counts.set(level, { n: count.n + 1, bought: count.bought + Number(bought) });
  }
  const levels = [...counts].map(([level, count]) => ({ level, ...count })).sort((a, b) => a.level - b.level);
  const enough = levels.filter(({ n }) => n >= CUSTOMERS_A_LEVEL);
  const fitted = new Map(isotonic(enough).map((value, i) => [enough[i]!.level, value]));
  const points = levels.map(({ level, n, bought }) => {
    const { share, low, high } = wilson(bought, n)!;
    return { level, n, bought, share, interval: { low, high }, fitted: fitted.get(level) ?? null };
  });
  const tooFew = enough.length < LEVELS_AT_LEAST;
  return { points, tooFew, knee: tooFew ? null : kneeOf(enough, [...fitted.values()]) };
}

interface Count {
  readonly level: number;
  readonly n: number;
  readonly bought: number;
}

/** The shares that rise nowhere but where they must, so near to the given ones as can be: neighbours that fall are pooled. */
export function isotonic(counts: readonly Pick<Count, 'n' | 'bought'>[]): readonly number[] {
  const pools: { n: number; bought: number; levels: number }[] = [];
  for (const { n, bought } of counts) {
    pools.push({ n, bought, levels: 1 });
    for (let last = pools.at(-1)!, before = pools.at(-2); before !== undefined; before = pools.at(-2)) {
      if (before.bought * last.n <= last.bought * before.n) break;
      pools.pop();
      before.n += last.n;
      before.bought += last.bought;
      before.levels += last.levels;
      last = before;
    }
  }
  return pools.flatMap(({ n, bought, levels }) => new Array<number>(levels).fill(bought / n));
}

function kneeOf(counts: readonly Count[], fitted: readonly number[]): Knee | null {
  const last = counts.length - 1;
  const line = (fitted[last]! - fitted[0]!) / (counts[last]!.level - counts[0]!.level);
  const above = counts.map(({ level }, i) => fitted[i]! - fitted[0]! - line * (level - counts[0]!.level));
  let at = 0;
  for (let i = 1; i < last; i++) if (above[i]! > above[at]! + 1e-12) at = i;
  return at === 0 ? null : kneeAt(counts[0]!, counts[at]!, counts[last]!, last - 1);
}

/** `tried`: how many levels could have been the knee. */
function kneeAt(first: Count, knee: Count, last: Count, tried: number): Knee {
  const [before, after] = [knee.level - first.level, last.level - knee.level];
  const share = ({ bought, n }: Count) => bought / n;
  const riseBefore = (share(knee) - share(first)) / before;
  const riseAfter = (share(last) - share(knee)) / after;
  const weights = [
    [first, 1 / before],
    [knee, 1 / before + 1 / after],
    [last, 1 / after],
  ] as const;
  const variance = weights.reduce((sum, [count, weight]) => sum + weight * weight * varianceOf(count), 0);
  const [difference, error] = [riseBefore - riseAfter, Math.sqrt(variance)];
  return {
    ...{ level: knee.level, riseBefore, riseAfter, difference },
    interval: { low: difference - Z95 * error, high: difference + Z95 * error },
    isClear: difference > 0 && tried * twoSidedTail(difference / error) < 0.05,
  };
}

/** Of a share, with two successes and two failures more than there were (Agresti & Coull 1998): never zero. */
function varianceOf({ n, bought }: Count): number {
  const share = (bought + 2) / (n + 4);
  return (share * (1 - share)) / (n + 4);
}
