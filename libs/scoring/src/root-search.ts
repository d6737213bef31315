/**
 * The first step s after `lo` at which `f` is seen on the side of `hi`: f(s − 1) on lo's side and f(s) on hi's, ≥ 0
 * being one side. `lo` < `hi` are integers with f on different sides. By the ITP method (Oliveira & Takahashi, ACM
 * TOMS 2021): about as many steps as bisection at worst, and few where f is smooth.
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
  // Half the width that bisection, one step behind, would have reached: the guess may not fall behind it.
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
