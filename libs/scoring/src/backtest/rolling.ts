import { type ChurnKind, churnKind, type ScoringContext } from '../behaviour.js';
import { type ChurnInputs, churnScore } from '../churn-score.js';
import { WEEK } from '../duration.js';
import { calibrate, churnedBetween } from '../fit/calibrate.js';
import type { TrainingSample } from '../fit/service-fit.js';
import type { BacktestRound, LandmarkCase } from './backtest.js';

/** A customer as folded up to each of several landmarks; undefined where nothing was known of them by then. */
export interface RolledCustomer {
  readonly customer: string;
  readonly inputs: readonly (ChurnInputs | undefined)[];
}

/** Customers at landmarks (ms, ascending) that are one horizon apart. */
export interface Rolled {
  readonly landmarks: readonly number[];
  readonly customers: readonly RolledCustomer[];
  /** Only customers whose risk is of this kind at a landmark take part: kinds have horizons of their own. */
  readonly kind: ChurnKind;
}

/** A customer at a landmark with the label that the next landmark shows. */
export interface RolledSample extends TrainingSample, LandmarkCase {}

/** The customers at a landmark (not the last one) who could be lost, with what became of them by the next one. */
export function samplesAt(
  { landmarks, customers, kind }: Rolled,
  number: number,
  context: ScoringContext,
): readonly RolledSample[] {
  const landmark = landmarks[number]!;
  return customers.flatMap(({ customer, inputs: states }) => {
    const [inputs, later] = [states[number], states[number + 1]];
    if (inputs === undefined || later === undefined || churnKind(inputs, context) !== kind) return [];
    const churned = churnedBetween(inputs, later, context);
    return churned === undefined
      ? []
      : [{ customer, inputs, landmark, churned, weeksSilent: weeksSilent(inputs, landmark) }];
  });
}

/**
 * The rounds of a rolled backtest: at each landmark but the last two everything is fitted, on labels that the next
 * landmark shows, and scores the customers of that next landmark, whose labels only the one after shows. Rounds without
 * customers are left out.
 */
export function rolledRounds(rolled: Rolled, context: ScoringContext): readonly BacktestRound[] {
  const rounds: BacktestRound[] = [];
  for (let number = 0; number + 2 < rolled.landmarks.length; number++) {
    const training = samplesAt(rolled, number, context);
    const scored = samplesAt(rolled, number + 1, context);
    if (training.length * scored.length === 0) continue;
    const { model } = calibrate(training, context, 'backtest');
    rounds.push({
      trainedAt: rolled.landmarks[number]!,
      scoredAt: rolled.landmarks[number + 1]!,
      training,
      scored: scored.map((sample) => ({
        ...sample,
        risk: churnScore(sample.inputs, sample.landmark, { ...context, model }).risk,
      })),
    });
  }
  return rounds;
}

/** Weeks since the customer was last heard of: by a purchase, a contact, or the beginning of a contract. */
function weeksSilent({ purchases, contract, lastContactAt }: ChurnInputs, landmark: number): number {
  const heard = Math.max(
    purchases?.last ?? -Infinity,
    lastContactAt ?? -Infinity,
    contract?.startedAt ?? -Infinity,
  );
  return Math.max(0, landmark - heard) / WEEK;
}

/** Which kind of customers there are more of. */
export function commonestKind(
  inputs: Iterable<ChurnInputs>,
  context: ScoringContext,
): Exclude<ChurnKind, 'base-rate'> {
  const counts = { contractual: 0, 'non-contractual': 0, 'base-rate': 0 };
  for (const one of inputs) counts[churnKind(one, context)] += 1;
  return counts.contractual > counts['non-contractual'] ? 'contractual' : 'non-contractual';
}
