import {
  lnGamma,
  logAddExp,
  logistic,
  mbgAlive,
  type PurchaseHistory,
  type PurchaseParameters,
} from '#scoring';

/*
 * What published tables say of the purchase models and scores do not need: likelihoods, expected purchases, and BG/NBD
 * as a whole.
 */

/** Log-likelihood of one history under MBG/NBD. */
export function mbgLogLikelihood(
  { r, alpha, a, b }: PurchaseParameters,
  { x, tx, T }: PurchaseHistory,
): number {
  const rate = lnGamma(r + x) - lnGamma(r) + r * Math.log(alpha);
  const dropout = lnGamma(a + b) + lnGamma(b + x + 1) - lnGamma(b) - lnGamma(a + b + x + 1);
  const alive = -(r + x) * Math.log(alpha + T);
  const gone = Math.log(a) - Math.log(b + x) - (r + x) * Math.log(alpha + tx);
  return rate + dropout + logAddExp(alive, gone);
}

/** Expected number of purchases within the next H weeks under MBG/NBD. */
export function mbgExpectedPurchases(
  parameters: PurchaseParameters,
  history: PurchaseHistory,
  H: number,
): number {
  const { r, alpha, a, b } = parameters;
  const { x, T } = history;
  return mbgAlive(parameters, history) * expectedWhileAlive(a, b + x + 1, r + x, H / (alpha + T));
}

/*
 * BG/NBD: Fader, Hardie & Lee (2005), "Counting your customers" the easy way; P(alive) from Hardie's note 021, the
 * likelihood in logarithms from note 027. Used only to cross-check MBG/NBD: here a customer with a
 * single purchase stays alive for ever, and the first repeat purchase lowers P(alive).
 */

/** Log-likelihood of one history. */
export function bgLogLikelihood(
  { r, alpha, a, b }: PurchaseParameters,
  { x, tx, T }: PurchaseHistory,
): number {
  const rate = lnGamma(r + x) - lnGamma(r) + r * Math.log(alpha);
  const dropout = lnGamma(a + b) + lnGamma(b + x) - lnGamma(b) - lnGamma(a + b + x);
  const alive = -(r + x) * Math.log(alpha + T);
  const gone = x === 0 ? -Infinity : Math.log(a) - Math.log(b + x - 1) - (r + x) * Math.log(alpha + tx);
  return rate + dropout + logAddExp(alive, gone);
}

/** P(alive): 1 without a repeat purchase. */
export function bgAlive({ r, alpha, a, b }: PurchaseParameters, { x, tx, T }: PurchaseHistory): number {
  if (x === 0) return 1;
  return logistic(Math.log(b + x - 1) - Math.log(a) - (r + x) * (Math.log(alpha + T) - Math.log(alpha + tx)));
}

/** Expected number of purchases within the next H weeks (what equation 10 of the paper gives). */
export function bgExpectedPurchases(
  parameters: PurchaseParameters,
  history: PurchaseHistory,
  H: number,
): number {
  const { r, alpha, a, b } = parameters;
  const { x, T } = history;
  return bgAlive(parameters, history) * expectedWhileAlive(a, b + x, r + x, H / (alpha + T));
}

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
function expectedWhileAlive(a: number, b: number, s: number, h: number): number {
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
