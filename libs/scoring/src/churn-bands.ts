import { levelOf } from './due.js';
import { millionths } from './millionths.js';
import type { ScoringPolicy } from './policy.js';

/** Bands of the excess risk. `lost`: behaviour alone has been critical for long, or the last contract has ended. */
export type ChurnBand = 'low' | 'medium' | 'high' | 'critical' | 'lost';

/**
 * How far the risk has moved from its value just after a purchase (0) towards certainty (1). A customer who has just
 * bought has an excess of 0, whatever the chance of coming back.
 */
export function excessRisk(risk: number, fresh: number): number {
  return fresh >= 1 ? 0 : Math.max(0, (risk - fresh) / (1 - fresh));
}

/** The lower edges of medium, high and critical in millionths: a band is that of the published (rounded) number. */
export function bandEdges({ churnBands }: ScoringPolicy): readonly number[] {
  return [millionths(churnBands.medium), millionths(churnBands.high), millionths(churnBands.critical)];
}

const BANDS: readonly ChurnBand[] = ['low', 'medium', 'high', 'critical'];

/** The band of an excess, `lost` left aside. */
export function churnBand(excess: number, policy: ScoringPolicy): Exclude<ChurnBand, 'lost'> {
  const level = levelOf(millionths(excess), bandEdges(policy));
  return BANDS[level] as Exclude<ChurnBand, 'lost'>;
}
