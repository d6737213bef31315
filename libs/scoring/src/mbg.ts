import type { PurchaseParameters } from './model.js';
import type { PurchaseHistory } from './purchase-history.js';
import { logistic } from './special-functions.js';

/*
 * MBG/NBD: Batislam, Denizel & Filiztekin (2007), Empirical validation and comparison of models for customer base
 * analysis; formulas as in Platzer's BTYDplus. A customer buys as a Poisson process and may drop out after each
 * purchase, the first included, so that a customer with a single purchase may have left, which BG/NBD excludes.
 */

/** P(alive): the chance that the customer has not dropped out by T. */
export function mbgAlive({ r, alpha, a, b }: PurchaseParameters, { x, tx, T }: PurchaseHistory): number {
  return logistic(Math.log(b + x) - Math.log(a) - (r + x) * (Math.log(alpha + T) - Math.log(alpha + tx)));
}

/** risk_H: the chance of no purchase within the next H weeks. Exact. */
export function mbgRisk(parameters: PurchaseParameters, history: PurchaseHistory, H: number): number {
  return mbgRiskOverTime(parameters, history, H)(history.T);
}

/** `mbgRisk` of one customer as a function of T: what does not depend on T is computed once. */
export function mbgRiskOverTime(
  { r, alpha, a, b }: PurchaseParameters,
  { x, tx }: Pick<PurchaseHistory, 'x' | 'tx'>,
  H: number,
): (T: number) => number {
  const shape = r + x;
  const [stays, since] = [Math.log(b + x) - Math.log(a), Math.log(alpha + tx)];
  return (T) => {
    const now = Math.log(alpha + T);
    const alive = logistic(stays - shape * (now - since));
    return 1 + alive * Math.expm1(shape * (now - Math.log(alpha + T + H)));
  };
}
