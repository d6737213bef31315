import { type Decayed, decayedAt } from './decay.js';
import { isDetractor, isPromoter } from './nps.js';
import type { ScoringPolicy } from './policy.js';
import { logistic } from './special-functions.js';

/** What an answer to the recommendation question (0–10) adds to advocacy: 7 and 8 add 0, yet make advocacy known. */
export function recommendationWeight(score: number, { advocacy }: ScoringPolicy): number {
  return isPromoter(score) ? advocacy.promoter : isDetractor(score) ? advocacy.detractor : 0;
}

/** What a public mention adds to advocacy: its sentiment (−1…1), weighted by its reach (people). */
export function mentionWeight(
  sentiment: number,
  reach: number | undefined,
  { advocacy }: ScoringPolicy,
): number {
  return advocacy.mention * sentiment * (1 + Math.log10(1 + (reach ?? 0)) / 3);
}

/** Advocacy as 0…1, saturating; undefined before the first referral, recommendation or mention. */
export function advocacyAt(
  sum: Decayed | undefined,
  asOf: number,
  policy: ScoringPolicy,
): number | undefined {
  return sum === undefined ? undefined : logistic(decayedAt(sum, asOf, policy.advocacy.halfLifeDays));
}
