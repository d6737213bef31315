import { Z95 } from '#scoring';

/**
 * The quantile of Student's t for a two-sided interval of 95 %: exact for one and two degrees of freedom, else by Hill's
 * expansion (Communications of the ACM 13, 1970, algorithm 396), right to four digits from three degrees on.
 */
export function tQuantile(degrees: number): number {
  const tail = 0.05;
  if (degrees === 1) return 1 / Math.tan((tail * Math.PI) / 2);
  if (degrees === 2) return Math.sqrt(2 / (tail * (2 - tail)) - 2);
  const a = 1 / (degrees - 0.5);
  const b = 48 / a / a;
  let c = ((20700 * a) / b - 98) * a - 16;
  c = c * a + 96.36;
  const d = ((94.5 / (b + c) - 3) / b + 1) * Math.sqrt((a * Math.PI) / 2) * degrees;
  const x = d * tail;
  let y = Math.exp((2 / degrees) * Math.log(x));
  if (y > 0.05 + a) {
    const z = -Z95;
    y = z * z;
    if (degrees < 5) c += 0.3 * (degrees - 4.5) * (z + 0.6);
    c += (((0.05 * d * z - 5) * z - 7) * z - 2) * z + b;
    y = (((((0.4 * y + 6.3) * y + 36) * y + 94.5) / c - y - 3) / b + 1) * z;
    y = a * y * y;
    y = y > 0.002 ? Math.exp(y) - 1 : 0.5 * y * y + y;
  } else {
    const inner = ((degrees + 6) / (degrees * y) - 0.089 * d - 0.822) * (degrees + 2) * 3;
    y = (((1 / inner + 0.5 / (degrees + 4)) * y - 1) * (degrees + 1)) / (degrees + 2) + 1 / y;
  }
  return Math.sqrt(degrees * y);
}
