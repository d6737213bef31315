/** One forecast and its outcome. */
export interface Forecast {
  /** The predicted chance, 0…1. */
  readonly risk: number;
  /** Whether the customer churned. */
  readonly outcome: boolean;
  /** How often it counts (how many times a bootstrap drew it); default 1. */
  readonly weight?: number;
}

/** One bin of the calibration table. */
export interface CalibrationBin {
  readonly n: number;
  /** Mean predicted risk, and the share that churned. */
  readonly predicted: number;
  readonly actual: number;
}

/** How good forecasts were. Null where there is nothing to measure. */
export interface ForecastMeasures {
  readonly n: number;
  /** How many churned, and how many were predicted to (the sum of the risks). */
  readonly actual: number;
  readonly predicted: number;
  /** Chance that a customer who churned had a higher risk than one who did not; ties count half. */
  readonly auc: number | null;
  /** Mean squared error: less is better. */
  readonly brier: number | null;
  /** 1 − Brier / (Brier of predicting the actual share for everybody): 0 is no better than that, below 0 is worse. */
  readonly skill: number | null;
  /** Mean negative log-likelihood (natural logarithm); risks are clamped to [1e-6, 1 − 1e-6]. */
  readonly logLoss: number | null;
  /** Mean distance between `predicted` and `actual` over the bins, weighted by their sizes. */
  readonly calibrationError: number | null;
  /** Ten bins of equal size, lowest risks first. */
  readonly deciles: readonly CalibrationBin[];
  /** The share that churned in the tenth with the highest risks, divided by that of all. */
  readonly lift: number | null;
}

const BINS = 10;

/** Measures forecasts against outcomes. */
export function measureForecasts(forecasts: readonly Forecast[]): ForecastMeasures {
  const sorted = [...forecasts].sort((a, b) => a.risk - b.risk);
  const sums = { n: 0, actual: 0, predicted: 0, squared: 0, log: 0 };
  for (const forecast of sorted) {
    const { risk, outcome } = forecast;
    const weight = weightOf(forecast);
    const error = risk - Number(outcome);
    const likelihood = Math.min(1 - 1e-6, Math.max(1e-6, outcome ? risk : 1 - risk));
    sums.n += weight;
    sums.actual += weight * Number(outcome);
    sums.predicted += weight * risk;
    sums.squared += weight * error * error;
    sums.log -= weight * Math.log(likelihood);
  }
  const { n, actual, predicted } = sums;
  const deciles = n === 0 ? [] : binsOf(sorted, n);
  const share = actual / n;
  const brier = n === 0 ? null : sums.squared / n;
  const errors = deciles.reduce((sum, bin) => sum + bin.n * Math.abs(bin.predicted - bin.actual), 0);
  return {
    n,
    actual,
    predicted,
    auc: areaUnderCurve(sorted),
    brier,
    skill: brier === null || share === 0 || share === 1 ? null : 1 - brier / (share * (1 - share)),
    logLoss: n === 0 ? null : sums.log / n,
    calibrationError: n === 0 ? null : errors / n,
    deciles,
    lift: actual === 0 ? null : deciles.at(-1)!.actual / share,
  };
}

/** The area under the ROC curve of forecasts in ascending order of risk; null if all or none churned. */
export function areaUnderCurve(sorted: readonly Forecast[]): number | null {
  let [better, churned, stayed] = [0, 0, 0];
  for (let i = 0; i < sorted.length;) {
    let [churnedHere, stayedHere] = [0, 0];
    const { risk } = sorted[i]!;
    for (; i < sorted.length && sorted[i]!.risk === risk; i++) {
      if (sorted[i]!.outcome) churnedHere += weightOf(sorted[i]!);
      else stayedHere += weightOf(sorted[i]!);
    }
    better += churnedHere * (stayed + stayedHere / 2);
    churned += churnedHere;
    stayed += stayedHere;
  }
  return churned === 0 || stayed === 0 ? null : better / (churned * stayed);
}

/** Forecasts of equal risk at a border are divided between the bins, so their order does not matter. */
function binsOf(sorted: readonly Forecast[], n: number): CalibrationBin[] {
  const bins = Array.from({ length: BINS }, () => ({ n: 0, risks: 0, churned: 0 }));
  let passed = 0;
  for (const tied of tiesOf(sorted)) {
    for (let left = tied.n; left > 1e-9 * tied.n;) {
      const place = Math.min(BINS - 1, Math.floor((passed / n) * BINS + 1e-9));
      const room = place === BINS - 1 ? left : Math.min(left, ((place + 1) * n) / BINS - passed);
      const bin = bins[place]!;
      bin.n += room;
      bin.risks += room * tied.risk;
      bin.churned += (room * tied.churned) / tied.n;
      passed += room;
      left -= room;
    }
  }
  return bins
    .filter((bin) => bin.n > 0)
    .map((bin) => ({ n: bin.n, predicted: bin.risks / bin.n, actual: bin.churned / bin.n }));
}

/** Forecasts of the same risk together. */
function tiesOf(sorted: readonly Forecast[]): { risk: number; n: number; churned: number }[] {
  const ties: { risk: number; n: number; churned: number }[] = [];
  for (const forecast of sorted) {
    const weight = weightOf(forecast);
    if (weight === 0) continue;
    const last = ties.at(-1);
    if (last?.risk === forecast.risk) {
      last.n += weight;
      last.churned += weight * Number(forecast.outcome);
    } else ties.push({ risk: forecast.risk, n: weight, churned: weight * Number(forecast.outcome) });
  }
  return ties;
}

function weightOf({ weight }: Forecast): number {
  return weight ?? 1;
}
