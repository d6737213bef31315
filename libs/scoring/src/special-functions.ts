const HALF_LN_2PI = 0.5 * Math.log(2 * Math.PI);

/** B(2k) / (2k (2k − 1)) for k = 1…7: Stirling's series for lnΓ (Abramowitz & Stegun 6.1.41). */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156];

/**
 * ln Γ(x) for x > 0, good to about 1e-15 relative to max(1, |ln Γ|): Stirling's series from 10 on, where its
 * seven terms leave an error below 1e-16, and below that by the recurrence Γ(x + 1) = x Γ(x).
 */
export function lnGamma(x: number): number {
  let shifted = x;
  let product = 1;
  while (shifted < 10) {
    product *= shifted;
    shifted += 1;
  }
  const inverse = 1 / shifted;
  const square = inverse * inverse;
  let series = 0;
  for (let k = STIRLING.length - 1; k >= 0; k--) series = series * square + STIRLING[k]!;
  return (shifted - 0.5) * Math.log(shifted) - shifted + HALF_LN_2PI + series * inverse - Math.log(product);
}

/** B(2k) / 2k for k = 1…7: the asymptotic series of the digamma function (Abramowitz & Stegun 6.3.18). */
const DIGAMMA = [1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12];

/** ψ(x), the derivative of ln Γ(x), for x > 0: the series from 10 on, and below that ψ(x) = ψ(x + 1) − 1/x. */
export function digamma(x: number): number {
  let shifted = x;
  let result = 0;
  while (shifted < 10) {
    result -= 1 / shifted;
    shifted += 1;
  }
  const square = 1 / (shifted * shifted);
  let series = 0;
  for (let k = DIGAMMA.length - 1; k >= 0; k--) series = (series + DIGAMMA[k]!) * square;
  return result + Math.log(shifted) - 0.5 / shifted - series;
}

/** ln(e^a + e^b) without overflow; −∞ stands for ln 0. */
export function logAddExp(a: number, b: number): number {
  if (a === -Infinity) return b;
  if (b === -Infinity) return a;
  return Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
}

/** 1 / (1 + e^−z) without overflow on either side. */
export function logistic(z: number): number {
  if (z >= 0) return 1 / (1 + Math.exp(-z));
  const e = Math.exp(z);
  return e / (1 + e);
}

/** The log odds of a probability in (0, 1). */
export function logit(p: number): number {
  return Math.log(p) - Math.log1p(-p);
}

/** 2^y by way of exp, which is the same everywhere; Math.pow and ** are not promised to be. */
export function exp2(y: number): number {
  return Math.exp(y * Math.LN2);
}
