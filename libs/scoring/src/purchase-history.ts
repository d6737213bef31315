import { DAY, WEEK } from './duration.js';

/** What MBG/NBD and BG/NBD need to know of a customer, in weeks. */
export interface PurchaseHistory {
  /** Days with a purchase after the first such day. */
  readonly x: number;
  /** From the first purchase to the last. */
  readonly tx: number;
  /** From the first purchase to the time of the question. */
  readonly T: number;
}

/** A customer's purchases, folded: ms of the first purchase, and of the first one on the last purchase day. */
export interface Purchases {
  readonly first: number;
  readonly last: number;
  readonly x: number;
}

/**
 * The purchases with one more, in business order. Days are UTC days; purchases on one day count once, at the time of the
 * earliest.
 */
export function withPurchase(purchases: Purchases | undefined, at: number): Purchases {
  if (purchases === undefined) return { first: at, last: at, x: 0 };
  if (Math.floor(at / DAY) <= Math.floor(purchases.last / DAY)) return purchases;
  return { first: purchases.first, last: at, x: purchases.x + 1 };
}

/** The history as it stands at `asOf` (ms, not before the last purchase). */
export function historyAt({ first, last, x }: Purchases, asOf: number): PurchaseHistory {
  return { x, tx: weeksBetween(first, last), T: weeksBetween(first, Math.max(asOf, last)) };
}

/** Weeks from one time (ms) to another. */
export function weeksBetween(from: number, to: number): number {
  return (to - from) / WEEK;
}
