import type { Interval } from '../confidence.js';
import { fitLogistic } from '../fit/logistic-fit.js';
import { logistic } from '../special-functions.js';
import { bootstrapIntervals, type Resampling } from './bootstrap.js';
import {
  areaUnderCurve,
  type Forecast,
  type ForecastMeasures,
  measureForecasts,
} from './forecast-measures.js';

/** One customer at a landmark, and what happened within the horizon after it. */
export interface LandmarkCase {
  readonly customer: string;
  /** Weeks since the last purchase (or the last sign of life) at the landmark. */
  readonly weeksSilent: number;
  /** Whether the customer churned within the horizon. */
  readonly churned: boolean;
}

/** The same, scored by the model that is tested: fitted on the landmark before. */
export interface ScoredCase extends LandmarkCase {
  readonly risk: number;
}

/** One round: everything is fitted on one landmark, whose labels are known by the next one, where it is scored. */
export interface BacktestRound {
  /** Milliseconds. `scoredAt` is not before the end of the training labels. */
  readonly trainedAt: number;
  readonly scoredAt: number;
  readonly training: readonly LandmarkCase[];
  readonly scored: readonly ScoredCase[];
}

/** What a model has to beat: the training share of churn for everybody, and a logistic curve of the weeks of silence. */
export type Baseline = 'baseRate' | 'recency';

/** Measures of one forecaster on labels that it has not seen. */
export interface Measured extends ForecastMeasures {
  readonly intervals: { readonly auc: Interval | null; readonly brier: Interval | null };
}

/** How the Brier score of the model differs from a baseline's, on the same customers: below zero is better. */
export interface Comparison {
  readonly difference: number;
  /** Paired bootstrap over customers, 95 %. */
  readonly interval: Interval;
  /** `tie` where the interval includes zero. */
  readonly verdict: 'better' | 'tie' | 'worse';
}

/** What a rolling backtest found, over all rounds together and for each. */
export interface BacktestReport {
  readonly horizonWeeks: number;
  readonly model: Measured;
  readonly baselines: { readonly [baseline in Baseline]: Measured };
  readonly against: { readonly [baseline in Baseline]: Comparison };
  /** Only a model that is better than both baselines is promoted. */
  readonly promote: boolean;
  readonly rounds: readonly {
    readonly trainedAt: number;
    readonly scoredAt: number;
    readonly model: ForecastMeasures;
    readonly baselines: { readonly [baseline in Baseline]: ForecastMeasures };
  }[];
  readonly resampling: Resampling;
}

const RESAMPLING: Resampling = { draws: 1000, seed: 1 };

/**
 * Measures a model's risks against both baselines on labels that neither has seen. Throws a RangeError without a round,
 * or where a round's training or scored part is empty.
 */
export function backtest(
  rounds: readonly BacktestRound[],
  horizonWeeks: number,
  resampling: Resampling = RESAMPLING,
): BacktestReport {
  if (rounds.length === 0 || rounds.some(({ training, scored }) => training.length * scored.length === 0))
    throw new RangeError('A backtest needs customers to train on and customers to score in every round');
  const byRound = rounds.map(forecastsOf);
  const pooled = byRound.flat();
  const pick = (of: Forecaster, from: readonly CaseForecasts[] = pooled) =>
    from.map((one): Forecast => ({ risk: one[of], outcome: one.churned }));
  const { measured, comparisons } = resampled(pooled, resampling);
  const whole = (of: Forecaster): Measured => ({ ...measureForecasts(pick(of)), intervals: measured[of] });
  return {
    horizonWeeks,
    model: whole('model'),
    baselines: { baseRate: whole('baseRate'), recency: whole('recency') },
    against: comparisons,
    promote: Object.values(comparisons).every(({ verdict }) => verdict === 'better'),
    rounds: rounds.map(({ trainedAt, scoredAt }, i) => {
      const part = (of: Forecaster) => measureForecasts(pick(of, byRound[i]));
      return {
        trainedAt,
        scoredAt,
        model: part('model'),
        baselines: { baseRate: part('baseRate'), recency: part('recency') },
      };
    }),
    resampling,
  };
}

type Forecaster = 'model' | Baseline;
const FORECASTERS: readonly Forecaster[] = ['model', 'baseRate', 'recency'];

type CaseForecasts = { readonly customer: string; readonly churned: boolean } & {
  readonly [forecaster in Forecaster]: number;
};

/** The forecasts of the model and both baselines for a round's customers; baselines fitted on its training landmark. */
function forecastsOf({ training, scored }: BacktestRound): readonly CaseForecasts[] {
  const baseRate = training.filter(({ churned }) => churned).length / training.length;
  const recency = recencyBaseline(training);
  return scored.map(({ customer, churned, risk, weeksSilent }) => ({
    customer,
    churned,
    model: risk,
    baseRate,
    recency: recency(weeksSilent),
  }));
}

/** A logistic curve of ln(1 + weeks of silence), with a prior so weak that only perfect separation meets it. */
export function recencyBaseline(training: readonly LandmarkCase[]): (weeksSilent: number) => number {
  const featuresOf = (weeksSilent: number) => [1, Math.log1p(Math.max(0, weeksSilent))];
  const weak = { mean: 0, sd: 100 };
  const observations = training.map(({ weeksSilent, churned }) => ({
    features: featuresOf(weeksSilent),
    outcome: churned,
  }));
  const [constant, slope] = fitLogistic(observations, [weak, weak]).coefficients;
  return (weeksSilent) => logistic(constant! + slope! * featuresOf(weeksSilent)[1]!);
}

type Intervals = { readonly [forecaster in Forecaster]: Measured['intervals'] };

/** All intervals from the same draws of customers, each with all the rounds that scored it. */
function resampled(cases: readonly CaseForecasts[], resampling: Resampling) {
  const numbers = new Map<string, number>();
  const owners = cases.map(({ customer }) => {
    if (!numbers.has(customer)) numbers.set(customer, numbers.size);
    return numbers.get(customer)!;
  });
  const sorted = FORECASTERS.map((of) =>
    cases
      .map((one, i) => ({ risk: one[of], outcome: one.churned, weight: 1, owner: owners[i]! }))
      .sort((a, b) => a.risk - b.risk),
  );
  const found = bootstrapIntervals(
    numbers.size,
    (times) => {
      const drawn = sorted.map((forecasts) => {
        for (const forecast of forecasts) forecast.weight = times[forecast.owner]!;
        return { auc: areaUnderCurve(forecasts), brier: brierOf(forecasts) };
      });
      const [model, ...others] = drawn.map(({ brier }) => brier);
      return [...drawn.flatMap(({ auc, brier }) => [auc, brier]), ...others.map((other) => model! - other)];
    },
    resampling,
  );
  const measured = Object.fromEntries(
    FORECASTERS.map((of, k) => [of, { auc: found[2 * k]!, brier: found[2 * k + 1]! }]),
  ) as Intervals;
  const [model, baseRate, recency] = sorted.map((forecasts) => {
    for (const forecast of forecasts) forecast.weight = 1;
    return brierOf(forecasts);
  });
  const comparisons = {
    baseRate: comparisonOf(model! - baseRate!, found[6]!),
    recency: comparisonOf(model! - recency!, found[7]!),
  };
  return { measured, comparisons };
}

function comparisonOf(difference: number, interval: Interval): Comparison {
  const verdict = interval.high < 0 ? 'better' : interval.low > 0 ? 'worse' : 'tie';
  return { difference, interval, verdict };
}

function brierOf(forecasts: readonly { risk: number; outcome: boolean; weight: number }[]): number {
  let [sum, n] = [0, 0];
  for (const { risk, outcome, weight } of forecasts) {
    const error = risk - Number(outcome);
    sum += weight * error * error;
    n += weight;
  }
  return sum / n;
}
