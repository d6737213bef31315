import { logAddExp, logistic } from './special-functions.js';

/** A step of the sum at its centre, in units in which the integrand bends. */
const STEP = 1 / 32;

/** What is smaller than e to this power beside the term at the centre is left out. */
const NEGLIGIBLE = -42;

/**
 * Expected number of purchases within the next H weeks of a customer who is alive, of either model:
 *   E[(1 − (1 + p·h)^−s) / p], p ~ beta(a, b), h = H / (α + T), s = r + x,
 * where b counts the dropouts that did not happen. The published closed form is a difference of nearly equal numbers
 * where parameters are extreme; this integral has positive terms only. It is summed over the log odds of p, from the
 * middle of the density outwards in steps that grow doubly exponentially (Takahasi & Mori 1974): some 12 digits.
 */
export function expectedWhileAlive(a: number, b: number, s: number, h: number): number {
  // Where the density is highest, or where it begins to fall steeply.
  const centre = Math.log(Math.max(a, 1)) - Math.log(Math.max(b, 1));
  const width = Math.min(1, Math.sqrt(1 / a + 1 / b));
  // ln of p^a·(1 − p)^b.
  const density = (u: number) => -a * logAddExp(0, -u) - b * logAddExp(0, u);
  const usual = density(centre);
  let [sum, weights] = [0, 0];
  const add = (t: number): boolean => {
    const u = centre + width * Math.sinh(t);
    const log = density(u) - usual + Math.log(Math.cosh(t));
    if (!(log > NEGLIGIBLE)) return false;
    const weight = Math.exp(log);
    weights += weight;
    sum += weight * rateAt(u, s, h);
    return true;
  };
  add(0);
  for (let t = STEP; add(t); t += STEP);
  for (let t = -STEP; add(t); t -= STEP);
  return sum / weights;
}

/** (1 − (1 + p·h)^−s) / p at the log odds u of p; its limit s·h where p vanishes. */
function rateAt(u: number, s: number, h: number): number {
  const p = logistic(u);
  return p * h < 1e-300 ? s * h : -Math.expm1(-s * Math.log1p(p * h)) / p;
}
