import { levelOf } from './due.js';
import { millionths } from './millionths.js';
import type { ScoringPolicy } from './policy.js';

/** Bands of the excess risk; `lost`: critical by behaviour alone for long, or gone with the last contract. */
export type ChurnBand = 'low' | 'medium' | 'high' | 'critical' | 'lost';

/**
 * How much of the room between the risk just after a purchase and certainty has been used up: 0 for a customer
 * who is as fresh as can be, whatever their chance of coming back.
 */
export function excessRisk(risk: number, fresh: number): number {
  return fresh >= 1 ? 0 : Math.max(0, (risk - fresh) / (1 - fresh));
}

/** The lower edges of medium, high and critical, in millionths: bands are those of the published number. */
export function bandEdges({ churnBands }: ScoringPolicy): readonly number[] {
  return [millionths(churnBands.medium), millionths(churnBands.high), millionths(churnBands.critical)];
}

const BANDS: readonly ChurnBand[] = ['low', 'medium', 'high', 'critical'];

/** The band of an excess, without regard to how long it has lasted. */
export function churnBand(excess: number, policy: ScoringPolicy): Exclude<ChurnBand, 'lost'> {
  const level = levelOf(millionths(excess), bandEdges(policy));
  return BANDS[level] as Exclude<ChurnBand, 'lost'>;
}
