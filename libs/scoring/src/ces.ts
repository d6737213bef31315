import { wilson } from './csat.js';
import type { Interval } from './confidence.js';
import type { ScoringPolicy } from './policy.js';

/** Answers 1–7 to "it was easy to …" (7 = easy), counted and summed. */
export interface CesCounts {
  readonly easy: number;
  readonly sum: number;
  readonly n: number;
}

export interface Ces {
  /** Share of answers that agree (5–7 by the default policy); null without an answer. */
  readonly ces: number | null;
  readonly interval: Interval | null;
  readonly mean: number | null;
  readonly n: number;
}

/** Whether an answer counts as easy. */
export function isEasy(score: number, policy: ScoringPolicy): boolean {
  return score >= policy.cesAgreesFrom;
}

/** The Customer Effort Score (Dixon, Freeman & Toman 2010, in its later, positively worded form). */
export function cesOf({ easy, sum, n }: CesCounts): Ces {
  const interval = wilson(easy, n);
  return {
    ces: interval?.share ?? null,
    interval: interval && { low: interval.low, high: interval.high },
    mean: n === 0 ? null : sum / n,
    n,
  };
}
