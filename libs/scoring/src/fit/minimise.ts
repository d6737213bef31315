/** A function's value and gradient at a point. */
export interface Slope {
  readonly value: number;
  readonly gradient: readonly number[];
}

/** Where a search for a minimum ended. */
export interface Minimum {
  readonly point: readonly number[];
  readonly value: number;
  readonly iterations: number;
  /** False where the gradient was not near zero when the search gave up. */
  readonly converged: boolean;
}

const ITERATIONS = 200;

/** The search ends where no component of the gradient is greater, … */
const FLAT = 1e-9;

/** … or after this many steps in a row that gain next to nothing, … */
const IDLE_AT_MOST = 3;

/** … or where rounding hides any way down, which is a minimum if none is greater than this. */
const NEARLY_FLAT = 1e-6;

/** No step is longer: parameters are logarithms, and far away likelihoods are flat. */
const LONGEST_STEP = 2;

/**
 * A local minimum of a smooth function, by BFGS with backtracking (Nocedal & Wright, Numerical Optimization, ch. 6).
 * Values that are not finite count as too high.
 */
export function minimise(slopeAt: (point: readonly number[]) => Slope, start: readonly number[]): Minimum {
  let point = start;
  let slope = slopeAt(point);
  let inverse = identity(start.length);
  let idle = 0;
  for (let iterations = 0; ; iterations++) {
    const steepest = Math.max(...slope.gradient.map(Math.abs));
    const ended = steepest < FLAT || idle === IDLE_AT_MOST || iterations === ITERATIONS;
    const next = ended ? undefined : stepFrom(slopeAt, point, slope, inverse);
    if (next === undefined)
      return { point, value: slope.value, iterations, converged: steepest < NEARLY_FLAT };
    const gained = slope.value - next.slope.value;
    idle = gained < 1e-12 * (1 + Math.abs(slope.value)) ? idle + 1 : 0;
    const moved = minus(next.point, point);
    const turned = minus(next.slope.gradient, slope.gradient);
    inverse =
      dot(moved, turned) > 0 ? updated(inverse, moved, turned, iterations === 0) : identity(start.length);
    ({ point, slope } = next);
  }
}

/** The next point: downhill by enough (Armijo); undefined where rounding leaves no way down. */
function stepFrom(
  slopeAt: (point: readonly number[]) => Slope,
  point: readonly number[],
  slope: Slope,
  inverse: Matrix,
): { readonly point: readonly number[]; readonly slope: Slope } | undefined {
  for (const direction of [times(inverse, slope.gradient), slope.gradient]) {
    const descent = dot(direction, slope.gradient);
    if (!(descent > 0)) continue;
    const length = Math.max(...direction.map(Math.abs));
    for (let size = Math.min(1, LONGEST_STEP / length); size * length > 1e-15; size /= 2) {
      const tried = point.map((x, i) => x - size * direction[i]!);
      const reached = slopeAt(tried);
      if (reached.value <= slope.value - 1e-4 * size * descent) return { point: tried, slope: reached };
    }
  }
  return undefined;
}

type Matrix = readonly (readonly number[])[];

/** The estimate of the inverse Hessian after a step; after the first one it is scaled to what was seen. */
function updated(inverse: Matrix, s: readonly number[], y: readonly number[], first: boolean): Matrix {
  const curvature = dot(s, y);
  const scale = first ? curvature / dot(y, y) : 1;
  const scaled = inverse.map((row) => row.map((value) => value * scale));
  const hy = times(scaled, y);
  const factor = (1 + dot(y, hy) / curvature) / curvature;
  return scaled.map((row, i) =>
    row.map((value, j) => value + factor * s[i]! * s[j]! - (hy[i]! * s[j]! + s[i]! * hy[j]!) / curvature),
  );
}

function identity(size: number): Matrix {
  return Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => (i === j ? 1 : 0)));
}

function times(matrix: Matrix, vector: readonly number[]): number[] {
  return matrix.map((row) => dot(row, vector));
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

function minus(a: readonly number[], b: readonly number[]): number[] {
  return a.map((value, i) => value - b[i]!);
}
