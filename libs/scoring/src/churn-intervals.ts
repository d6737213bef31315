import { bandEdges } from './churn-bands.js';
import { type BandInterval, bandIntervals } from './band-intervals.js';
import { churnKind, type ChurnInputs, excessOverTime, type ScoringContext } from './churn-score.js';
import { BAND_HORIZON } from './levels-ahead.js';
import { contractAnniversaries } from './sbg.js';

/**
 * The bands that silence alone will take a customer through, from the last event on. `breakpoints`: when open issues
 * breach and promises fall due; anniversaries of a contract are added here.
 */
export function churnIntervals(
  inputs: ChurnInputs,
  context: ScoringContext,
  from: number,
  breakpoints: readonly number[],
  until = from + BAND_HORIZON,
): readonly BandInterval[] {
  const contract = churnKind(inputs, context) === 'contractual' ? inputs.contract! : undefined;
  if (contract !== undefined && contract.endedAt !== null) return [{ band: 'lost', from, to: null }];
  const steps = contract === undefined ? [] : contractAnniversaries(contract.startedAt, from, until);
  return bandIntervals({
    ...excessOverTime(inputs, context),
    from,
    until,
    breakpoints: [...breakpoints, ...steps],
    edges: bandEdges(context.policy),
    lostAfterWeeks: context.policy.churnBands.lostAfterWeeks,
  });
}
