import type { BacktestReport, Calibrated, Calibration, Comparison, Measured } from '#scoring';
import { count, table } from '../output/print.js';
import type { EvaluatedModel } from './evaluated-model.js';

const VERDICTS: { readonly [verdict in Comparison['verdict']]: string } = {
  better: 'better',
  tie: 'a tie: the interval includes zero',
  worse: 'worse',
};

/** What was fitted, in lines for people. */
export function fittedLines({ purchases, contracts, service }: Calibration): readonly string[] {
  return [
    `purchases: ${outcome(
      purchases,
      ({ parameters: { r, alpha, a, b }, n, repeatBuyers, logLikelihood }) =>
        `r ${shown(r)}, alpha ${shown(alpha)}, a ${shown(a)}, b ${shown(b)}; log likelihood ${logLikelihood.toFixed(2)}, ${count(n)} customers, ${count(repeatBuyers)} bought more than once`,
    )}`,
    `contracts: ${outcome(
      contracts,
      ({ parameters: { alpha, beta }, n, cancelled }) =>
        `alpha ${shown(alpha)}, beta ${shown(beta)}; ${count(n)} contracts, ${count(cancelled)} cancelled`,
    )}`,
    `service signals: ${outcome(
      service,
      ({ layer, betas, n, churned }) =>
        `${pairs({ ...layer, ...betas })}; ${count(n)} customers, ${count(churned)} lost`,
    )}`,
  ];
}

/** How the model did on labels that it had not seen, beside the baselines. */
export function backtestText({ model, baselines, against, rounds, horizonWeeks }: BacktestReport): string {
  const line = (name: string, { auc, brier, logLoss, skill, predicted, actual, intervals }: Measured) => [
    name,
    withInterval(auc, intervals.auc),
    withInterval(brier, intervals.brier),
    shown(logLoss),
    shown(skill),
    `${count(predicted)} / ${count(actual)}`,
  ];
  const compared = (name: string, { difference, interval, verdict }: Comparison) =>
    `  against ${name}: Brier score ${signed(difference)} (${signed(interval.low)} to ${signed(interval.high)}), ${VERDICTS[verdict]}`;
  return [
    `${rounds.length} rounds of ${horizonWeeks} weeks, ${count(model.n)} forecasts on labels that nothing was fitted to:`,
    table(
      ['', 'AUC', 'Brier score', 'log loss', 'skill', 'predicted / lost'],
      [
        line('model', model),
        line('weeks of silence', baselines.recency),
        line('base rate', baselines.baseRate),
      ],
    ),
    compared('weeks of silence', against.recency),
    compared('base rate', against.baseRate),
    `  lift of the tenth with the highest risks ${shown(model.lift)}, calibration error ${shown(model.calibrationError)}`,
    table(
      ['tenth', 'predicted', 'lost'],
      model.deciles.map(({ predicted, actual }, i) => [i + 1, shown(predicted), shown(actual)]),
    ),
  ].join('\n');
}

/** Whether the model deserves to be used, in one sentence. */
export function verdictText({ report, kind, customers, others }: EvaluatedModel): string {
  const left = others > 0 ? ` (${count(others)} of another kind took no part)` : '';
  const who = `${count(customers)} customers ${kind === 'contractual' ? 'with contracts' : 'without contracts'}${left}`;
  if (report === undefined)
    return `${who}; too few events for a backtest: nothing shows that the model is better than a guess`;
  return report.promote
    ? `${who}; the model is better than both baselines`
    : `${who}; the model is not better than both baselines: it should not be used`;
}

/** The figures of a backtest as they are kept with the model. */
export function backtestRecord({
  horizonWeeks,
  model,
  baselines,
  against,
  promote,
  rounds,
  resampling,
}: BacktestReport) {
  const figures = ({
    n,
    actual,
    predicted,
    auc,
    brier,
    skill,
    logLoss,
    calibrationError,
    lift,
  }: Measured) => ({
    ...{ n, actual, predicted: rounded(predicted), auc: rounded(auc), brier: rounded(brier) },
    ...{
      skill: rounded(skill),
      logLoss: rounded(logLoss),
      calibrationError: rounded(calibrationError),
      lift: rounded(lift),
    },
  });
  const comparison = ({ difference, interval: { low, high }, verdict }: Comparison) => ({
    ...{ difference: rounded(difference), low: rounded(low), high: rounded(high), verdict },
  });
  return {
    ...{ horizonWeeks, promote, rounds: rounds.length, draws: resampling.draws, seed: resampling.seed },
    model: figures(model),
    baselines: { baseRate: figures(baselines.baseRate), recency: figures(baselines.recency) },
    against: { baseRate: comparison(against.baseRate), recency: comparison(against.recency) },
  };
}

function outcome<T>(part: Calibrated<T>, fitted: (fit: T) => string): string {
  return 'fit' in part ? fitted(part.fit) : `not fitted: ${part.kept}`;
}

function pairs(values: { readonly [name: string]: number | undefined }): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${value === undefined ? '–' : shown(value)}`)
    .join(', ');
}

function withInterval(value: number | null, interval: { low: number; high: number } | null): string {
  return interval === null
    ? shown(value)
    : `${shown(value)} (${shown(interval.low)}–${shown(interval.high)})`;
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;
}

function shown(value: number | null): string {
  return value === null ? '–' : value.toFixed(Math.abs(value) < 10 ? 4 : 2);
}

function rounded<T extends number | null>(value: T): T {
  return (value === null ? null : Math.round((value as number) * 1e6) / 1e6) as T;
}
