import { expectedWhileAlive } from './expected-purchases.js';
import type { PurchaseParameters } from './model.js';
import type { PurchaseHistory } from './purchase-history.js';
import { lnGamma, logAddExp, logistic } from './special-functions.js';

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
