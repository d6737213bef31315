/** One forecast with what came of it. */
export interface Forecast {
  /** The chance that was told, 0…1. */
  readonly risk: number;
  /** Whether it came about. */
  readonly outcome: boolean;
  /** How often it counts: how many times a bootstrap drew it. 1 unless said. */
  readonly weight?: number;
}

/** One bin of the calibration table. */
export interface CalibrationBin {
  readonly n: number;
  /** The mean of the risks told, and the share that came about. */
  readonly predicted: number;
  readonly actual: number;
}

/** How good forecasts were. Null where there is nothing to measure. */
export interface ForecastMeasures {
  readonly n: number;
  /** How many came about, and how many should have by the sum of the risks. */
  readonly actual: number;
  readonly predicted: number;
  /** The chance that who churned had the higher risk than who did not, ties counting half. */
  readonly auc: number | null;
  /** Mean squared error: less is better. */
  readonly brier: number | null;
  /** Share of the Brier score of always telling the actual share that is saved; 0 is no better, below is worse. */
  readonly skill: number | null;
  /** Mean negative log-likelihood, natural logarithm; risks are kept a millionth away from certainty. */
  readonly logLoss: number | null;
  /** Mean distance of `predicted` and `actual` over the bins, by their sizes. */
  readonly calibrationError: number | null;
  /** Ten bins as equal in size as can be, lowest risks first. */
  readonly deciles: readonly CalibrationBin[];
  /** The share that came about in the tenth with the highest risks, over that of all. */
  readonly lift: number | null;
}

const BINS = 10;

/** Measures forecasts against what came about. */
export function measureForecasts(forecasts: readonly Forecast[]): ForecastMeasures {
  const sorted = [...forecasts].sort((a, b) => a.risk - b.risk);
  const sums = { n: 0, actual: 0, predicted: 0, squared: 0, log: 0 };
  for (const forecast of sorted) {
    const { risk, outcome } = forecast;
    const weight = weightOf(forecast);
    const error = risk - Number(outcome);
    const told = Math.min(1 - 1e-6, Math.max(1e-6, outcome ? risk : 1 - risk));
    sums.n += weight;
    sums.actual += weight * Number(outcome);
    sums.predicted += weight * risk;
    sums.squared += weight * error * error;
    sums.log -= weight * Math.log(told);
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

/** The area under the ROC curve of forecasts in ascending order of their risks; null where all or none came about. */
export function areaUnderCurve(sorted: readonly Forecast[]): number | null {
  let [better, came, stayed] = [0, 0, 0];
  for (let i = 0; i < sorted.length;) {
    let [cameHere, stayedHere] = [0, 0];
    const { risk } = sorted[i]!;
    for (; i < sorted.length && sorted[i]!.risk === risk; i++) {
      if (sorted[i]!.outcome) cameHere += weightOf(sorted[i]!);
      else stayedHere += weightOf(sorted[i]!);
    }
    better += cameHere * (stayed + stayedHere / 2);
    came += cameHere;
    stayed += stayedHere;
  }
  return came === 0 || stayed === 0 ? null : better / (came * stayed);
}

/** Forecasts of one risk that fall on a border are shared out between the bins, so that order among them is nothing. */
function binsOf(sorted: readonly Forecast[], n: number): CalibrationBin[] {
  const bins = Array.from({ length: BINS }, () => ({ n: 0, risks: 0, came: 0 }));
  let passed = 0;
  for (const tied of tiesOf(sorted)) {
    for (let left = tied.n; left > 1e-9 * tied.n;) {
      const place = Math.min(BINS - 1, Math.floor((passed / n) * BINS + 1e-9));
      const room = place === BINS - 1 ? left : Math.min(left, ((place + 1) * n) / BINS - passed);
      const bin = bins[place]!;
      bin.n += room;
      bin.risks += room * tied.risk;
      bin.came += (room * tied.came) / tied.n;
      passed += room;
      left -= room;
    }
  }
  return bins
    .filter((bin) => bin.n > 0)
    .map((bin) => ({ n: bin.n, predicted: bin.risks / bin.n, actual: bin.came / bin.n }));
}

/** Forecasts of the same risk together. */
function tiesOf(sorted: readonly Forecast[]): { risk: number; n: number; came: number }[] {
  const ties: { risk: number; n: number; came: number }[] = [];
  for (const forecast of sorted) {
    const weight = weightOf(forecast);
    if (weight === 0) continue;
    const last = ties.at(-1);
    if (last?.risk === forecast.risk) {
      last.n += weight;
      last.came += weight * Number(forecast.outcome);
    } else ties.push({ risk: forecast.risk, n: weight, came: weight * Number(forecast.outcome) });
  }
  return ties;
}

function weightOf({ weight }: Forecast): number {
  return weight ?? 1;
}
