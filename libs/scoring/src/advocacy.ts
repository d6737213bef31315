import { type Decayed, decayedAt } from './decay.js';
import type { ScoringPolicy } from './policy.js';
import { logistic } from './special-functions.js';

/** What an answer to the recommendation question (0–10) adds to advocacy; 7 and 8 add nothing, but are known. */
export function recommendationWeight(score: number, { advocacy }: ScoringPolicy): number {
  return score >= 9 ? advocacy.promoter : score <= 6 ? advocacy.detractor : 0;
}

/** What a public mention adds: its sentiment (−1…1), more the more people it reaches. */
export function mentionWeight(
  sentiment: number,
  reach: number | undefined,
  { advocacy }: ScoringPolicy,
): number {
  return advocacy.mention * sentiment * (1 + Math.log10(1 + (reach ?? 0)) / 3);
}

/** Advocacy 0…1, saturating; undefined until one event of the kind is known. */
export function advocacyAt(
  sum: Decayed | undefined,
  asOf: number,
  policy: ScoringPolicy,
): number | undefined {
  return sum === undefined ? undefined : logistic(decayedAt(sum, asOf, policy.advocacy.halfLifeDays));
}
