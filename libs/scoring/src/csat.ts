import { type Interval, Z95 } from './confidence.js';

/** A share with Wilson's score interval (Wilson 1927), which stays within 0…1 and is honest for few answers. */
export function wilson(hits: number, n: number): ({ readonly share: number } & Interval) | null {
  if (n === 0) return null;
  const share = hits / n;
  const z2 = Z95 * Z95;
  const centre = (share + z2 / (2 * n)) / (1 + z2 / n);
  const margin = (Z95 * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n))) / (1 + z2 / n);
  return { share, low: Math.max(0, centre - margin), high: Math.min(1, centre + margin) };
}

/** Answers of 1–5, one a survey, and surveys, each counted once however often it was sent. */
export interface CsatCounts {
  readonly satisfied: number;
  readonly n: number;
  /** Surveys sent. */
  readonly sent: number;
  /** Answers to surveys that were sent, and answers that name no survey. */
  readonly answered: number;
}

export interface Csat {
  /** Share of 4s and 5s of 5; null without an answer. */
  readonly csat: number | null;
  readonly interval: Interval | null;
  readonly n: number;
  /** Share of the distinct surveys sent that were answered; null when none was sent (answers may come unasked). */
  readonly responseRate: number | null;
}

/** Whether an answer of 1–5 counts as satisfied. */
export function isSatisfied(score: number): boolean {
  return score >= 4;
}

/** CSAT: the share of satisfied answers, its interval, and how many answered at all. */
export function csatOf(counts: CsatCounts): Csat {
  const interval = wilson(counts.satisfied, counts.n);
  return {
    csat: interval?.share ?? null,
    interval: interval && { low: interval.low, high: interval.high },
    n: counts.n,
    responseRate: counts.sent === 0 ? null : Math.min(1, counts.answered / counts.sent),
  };
}
