/**
 * The chance that a normal variable lies beyond ±z. The complementary error function by Chebyshev fitting (Press et al.,
 * Numerical Recipes, erfcc): the relative error is below 1.2e-7 everywhere.
 */
export function twoSidedTail(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.5 * x);
  const sum = COEFFICIENTS.reduceRight((total, one) => total * t + one, 0);
  return t * Math.exp(-x * x + sum);
}

const COEFFICIENTS = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587,
  -0.82215223, 0.17087277,
];
