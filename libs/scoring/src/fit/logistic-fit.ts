import { logAddExp, logistic } from '../special-functions.js';

/** What a coefficient is believed to be before any data: normal, and perhaps of one sign only. */
export interface Prior {
  readonly mean: number;
  readonly sd: number;
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** One observation: what was known, and whether it came about. */
export interface Observation {
  readonly features: readonly number[];
  readonly outcome: boolean;
}

/** Coefficients with the greatest posterior density. */
export interface LogisticFit {
  readonly coefficients: readonly number[];
  /** Of the data alone, without the prior. */
  readonly logLikelihood: number;
  readonly iterations: number;
  readonly converged: boolean;
}

const ITERATIONS = 100;
/** The search ends where no component of the gradient is greater than this for each observation, … */
const FLAT = 1e-9;

/** … or where rounding hides any way up, which is the maximum if none is greater than this. */
const NEARLY_FLAT = 1e-6;

/**
 * Logistic regression, maximum a posteriori: ln P(data | c) − ½ Σ ((c − mean) / sd)², within the bounds. By Newton's
 * method on the coefficients that no bound holds (the objective is concave, so that there is one maximum). A constant is
 * a feature of 1. Throws a RangeError where an observation has not a finite feature for each prior.
 */
export function fitLogistic(observations: readonly Observation[], priors: readonly Prior[]): LogisticFit {
  for (const { features } of observations)
    if (features.length !== priors.length || !features.every(Number.isFinite))
      throw new RangeError(`Each observation needs ${priors.length} finite features`);
  let point = within(
    priors.map(({ mean }) => mean),
    priors,
  );
  for (let iterations = 0; ; iterations++) {
    const slope = posteriorSlope(observations, priors, point);
    const free = priors.map((prior, i) => isFree(prior, point[i]!, slope.gradient[i]!));
    const steepest = Math.max(0, ...slope.gradient.map((g, i) => (free[i] ? Math.abs(g) : 0)));
    const ended = steepest < FLAT * (1 + observations.length) || iterations === ITERATIONS;
    const next = ended ? undefined : newtonStep(observations, priors, point, slope, free);
    if (next === undefined) {
      const logLikelihood = posterior(observations, [], point);
      const converged = steepest < NEARLY_FLAT * (1 + observations.length);
      return { coefficients: point, logLikelihood, iterations, converged };
    }
    point = next;
  }
}

interface PosteriorSlope {
  readonly gradient: readonly number[];
  /** The negative second derivatives: positive definite. */
  readonly curvature: readonly (readonly number[])[];
}

function posterior(
  observations: readonly Observation[],
  priors: readonly Prior[],
  point: readonly number[],
): number {
  let value = 0;
  for (const { features, outcome } of observations) {
    const odds = dot(features, point);
    value -= logAddExp(0, outcome ? -odds : odds);
  }
  priors.forEach(({ mean, sd }, i) => {
    const off = (point[i]! - mean) / sd;
    value -= 0.5 * off * off;
  });
  return value;
}

function posteriorSlope(
  observations: readonly Observation[],
  priors: readonly Prior[],
  point: readonly number[],
): PosteriorSlope {
  const gradient = priors.map(({ mean, sd }, i) => (mean - point[i]!) / (sd * sd));
  const curvature = priors.map(({ sd }, i) => priors.map((_, j) => (i === j ? 1 / (sd * sd) : 0)));
  for (const { features, outcome } of observations) {
    const p = logistic(dot(features, point));
    const weight = p * (1 - p);
    for (let i = 0; i < features.length; i++) {
      gradient[i]! += (Number(outcome) - p) * features[i]!;
      for (let j = 0; j <= i; j++) curvature[i]![j]! += weight * features[i]! * features[j]!;
    }
  }
  for (let i = 0; i < priors.length; i++) for (let j = 0; j < i; j++) curvature[j]![i] = curvature[i]![j]!;
  return { gradient, curvature };
}

/** Uphill as far as it pays; undefined where rounding leaves no way up. */
function newtonStep(
  observations: readonly Observation[],
  priors: readonly Prior[],
  point: readonly number[],
  { gradient, curvature }: PosteriorSlope,
  free: readonly boolean[],
): readonly number[] | undefined {
  const moving = free.flatMap((is, i) => (is ? [i] : []));
  const step = solve(
    moving.map((i) => moving.map((j) => curvature[i]![j]!)),
    moving.map((i) => gradient[i]!),
  );
  const before = posterior(observations, priors, point);
  for (let size = 1; size > 1e-12; size /= 2) {
    const tried = [...point];
    moving.forEach((i, k) => (tried[i]! += size * step[k]!));
    const bounded = within(tried, priors);
    if (posterior(observations, priors, bounded) > before) return bounded;
  }
  return undefined;
}

function isFree({ atLeast, atMost }: Prior, value: number, gradient: number): boolean {
  return !(value === atLeast && gradient <= 0) && !(value === atMost && gradient >= 0);
}

function within(point: readonly number[], priors: readonly Prior[]): readonly number[] {
  return point.map((value, i) => {
    const { atLeast = -Infinity, atMost = Infinity } = priors[i]!;
    return Math.min(atMost, Math.max(atLeast, value));
  });
}

/** Solves a positive definite system by Cholesky's decomposition. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const size = right.length;
  const lower = matrix.map(() => new Array<number>(size).fill(0));
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i]![j]!;
      for (let k = 0; k < j; k++) sum -= lower[i]![k]! * lower[j]![k]!;
      lower[i]![j] = i === j ? Math.sqrt(sum) : sum / lower[j]![j]!;
    }
  }
  const result = [...right];
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) result[i]! -= lower[i]![k]! * result[k]!;
    result[i]! /= lower[i]![i]!;
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) result[i]! -= lower[k]![i]! * result[k]!;
    result[i]! /= lower[i]![i]!;
  }
  return result;
}

function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
