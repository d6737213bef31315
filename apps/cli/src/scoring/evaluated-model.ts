import {
  backtest,
  type BacktestReport,
  calibrate,
  type Calibration,
  commonestKind,
  rolledRounds,
  samplesAt,
  WEEK,
} from '#scoring';
import { landmarkInputs, type ReadModelReader } from '#views';
import { Failure } from '../failure.js';
import { queryContextOf } from './stored-views.js';

/** What is to be fitted and tested. */
export interface EvaluationQuestion {
  readonly tenant: string;
  /** The business time (ms) up to which events are used. */
  readonly asOf: number;
  /** Weeks; undefined: that of the policy for the commonest kind of customer. */
  readonly horizonWeeks: number | undefined;
  /** Rounds of the backtest. */
  readonly rounds: number;
}

/** A model fitted to all that is known, and how the same way of fitting did on labels that it had not seen. */
export interface EvaluatedModel {
  readonly kind: 'contractual' | 'non-contractual';
  readonly horizonWeeks: number;
  /** Customers whose risk is of that kind and who could be lost at the last landmark; those of another kind. */
  readonly customers: number;
  readonly others: number;
  readonly calibration: Calibration;
  /** Undefined where there are too few events for a single round. */
  readonly report: BacktestReport | undefined;
  /** The version that the fitted model gets when it is published. */
  readonly version: number;
}

/** Folds every customer at landmarks one horizon apart, tests the way of fitting on them, and fits. Throws Failure `nothing-to-fit`. */
export async function evaluateModel(
  reader: ReadModelReader,
  { tenant, asOf, horizonWeeks, rounds }: EvaluationQuestion,
): Promise<EvaluatedModel> {
  const landmarksOf = (weeks: number) =>
    Array.from({ length: rounds + 2 }, (_, i) => asOf - (rounds + 1 - i) * weeks * WEEK);
  // Which kind of customers there are more of, and so which horizon counts, is known only once all are folded.
  const folded = await landmarkInputs(queryContextOf(reader), tenant, asOf, ({ policy }) =>
    (horizonWeeks === undefined ? Object.values(policy.horizonWeeks) : [horizonWeeks]).flatMap(landmarksOf),
  );
  const known = folded.customers.flatMap(({ inputs }) => inputs.at(-1) ?? []);
  if (known.length === 0)
    throw new Failure('nothing-to-fit', `nothing is known of any customer of tenant ${tenant} by then`);
  const kind = commonestKind(known, folded.context);
  const { policy } = folded.context;
  const { contractual, nonContractual } = policy.horizonWeeks;
  const weeks = horizonWeeks ?? (kind === 'contractual' ? contractual : nonContractual);
  const horizon = { contractual: weeks, nonContractual: weeks };
  const context = { ...folded.context, policy: { ...policy, horizonWeeks: horizon } };
  const landmarks = landmarksOf(weeks);
  const places = landmarks.map((landmark) => folded.landmarks.indexOf(landmark));
  const customers = folded.customers.map(({ customer, inputs }) => ({
    customer,
    inputs: places.map((place) => inputs[place]),
  }));
  const rolled = { landmarks, customers, kind };
  const samples = samplesAt(rolled, rounds, context);
  if (samples.length === 0)
    throw new Failure(
      'nothing-to-fit',
      `no customer could be lost ${weeks} weeks before then: ask with a shorter --horizon`,
    );
  const tested = rolledRounds(rolled, context);
  const version = folded.models + 1;
  return {
    ...{ kind, horizonWeeks: weeks, customers: samples.length, others: known.length - samples.length },
    calibration: calibrate(samples, context, `fitted@${version}`),
    report: tested.length === 0 ? undefined : backtest(tested, weeks),
    version,
  };
}
