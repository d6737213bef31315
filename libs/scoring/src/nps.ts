import { type Interval, Z95 } from './confidence.js';

/** Answers 0–10 to "would you recommend us", counted. */
export interface NpsCounts {
  /** 9 and 10. */
  readonly promoters: number;
  /** 0 to 6. */
  readonly detractors: number;
  readonly n: number;
}

export interface Nps extends NpsCounts {
  /** Share of promoters less share of detractors, −1…1. */
  readonly nps: number | null;
  /** Around the adjusted estimate, not around `nps`. */
  readonly interval: (Interval & { readonly centre: number; readonly margin: number }) | null;
}

/** Whether an answer (0–10) recommends: 9 or 10. */
export function isPromoter(score: number): boolean {
  return score >= 9;
}

/** Whether an answer (0–10) advises against: 0 to 6. */
export function isDetractor(score: number): boolean {
  return score <= 6;
}

/** NPS with the adjusted Wald interval (Rocks 2016): 3 is added to n, ¾ to promoters and ¾ to detractors. */
export function npsOf(counts: NpsCounts): Nps {
  const { promoters, detractors, n } = counts;
  if (n === 0) return { ...counts, nps: null, interval: null };
  const up = (promoters + 0.75) / (n + 3);
  const down = (detractors + 0.75) / (n + 3);
  const centre = up - down;
  const margin = Z95 * Math.sqrt((up + down - centre * centre) / (n + 3));
  return {
    ...counts,
    nps: (promoters - detractors) / n,
    interval: { centre, margin, low: Math.max(-1, centre - margin), high: Math.min(1, centre + margin) },
  };
}
