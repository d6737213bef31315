/**
 * An integer s in (lo, hi] where the sign of `f` changes: f(s − 1) has the sign of f(lo), f(s) that of f(hi); zero counts
 * as positive. f(lo) and f(hi) must differ in sign. By the ITP method (Oliveira & Takahashi, ACM TOMS 2021): hardly
 * more evaluations than bisection in the worst case, few where f is smooth.
 */
export function signChange(
  f: (step: number) => number,
  lo: number,
  hi: number,
  fLo = f(lo),
  fHi = f(hi),
): number {
  const upward = fHi >= 0;
  const truncationPerSquare = 0.2 / (hi - lo);
  // The half-width that bisection would have reached one evaluation later: the method may not fall behind it.
  let allowed = hi - lo;
  while (hi - lo > 1) {
    const guess = nextGuess(lo, hi, fLo, fHi, truncationPerSquare, allowed);
    const at = Math.min(hi - 1, Math.max(lo + 1, Math.round(guess)));
    const value = f(at);
    if (value >= 0 === upward) {
      hi = at;
      fHi = value;
    } else {
      lo = at;
      fLo = value;
    }
    allowed /= 2;
  }
  return hi;
}

/** Interpolate, truncate towards the middle (so that the next bracket is narrow on both sides), project. */
function nextGuess(
  lo: number,
  hi: number,
  fLo: number,
  fHi: number,
  perSquare: number,
  allowed: number,
): number {
  const width = hi - lo;
  const middle = (lo + hi) / 2;
  const secant = fHi === fLo ? middle : lo - (fLo * width) / (fHi - fLo);
  const side = secant <= middle ? 1 : -1;
  const truncation = Math.max(1, perSquare * width * width);
  const truncated = truncation <= Math.abs(middle - secant) ? secant + side * truncation : middle;
  const radius = Math.max(0, allowed - width / 2);
  return Math.abs(truncated - middle) <= radius ? truncated : middle - side * radius;
}
