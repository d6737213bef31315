import { type Interval, wilson } from '#scoring';
import { tQuantile } from '../kinds/t-quantile.js';

/** Where a customer places the company, and whether the same answer says that they are satisfied. */
export interface Placed {
  readonly rank: number;
  /** How many companies were ranked. */
  readonly among: number;
  readonly isSatisfied: boolean;
}

export interface Standing {
  readonly n: number;
  /** Customers who place the company first. */
  readonly first: number;
  /** Their share, with Wilson’s interval; null without customers. */
  readonly firstShare: ({ readonly share: number } & Interval) | null;
  /**
   * The mean share of what customers spend on such things that goes to a company of that place, by the wallet allocation
   * rule, with the interval of Student’s t (from two customers on); null without customers.
   */
  readonly wallet: { readonly share: number; readonly interval: Interval | null } | null;
  /** Of the satisfied customers those who place another company first, with Wilson’s interval; null without any. */
  readonly satisfiedElsewhere: ({ readonly n: number; readonly share: number } & Interval) | null;
}

/**
 * The share of a customer’s spending that goes to the company at a place among others:
 * (1 − rank ÷ (among + 1)) × 2 ÷ among (Keiningham, Aksoy, Buoye & Cooil 2011, Harvard Business Review 89). The shares of
 * all places add up to 1.
 */
export function walletShare({ rank, among }: Pick<Placed, 'rank' | 'among'>): number {
  return (1 - rank / (among + 1)) * (2 / among);
}

/** Relative standing: satisfaction counts for what it is beside the rivals’. One answer a customer. */
export function standingOf(placed: readonly Placed[]): Standing {
  const n = placed.length;
  const first = placed.filter(({ rank }) => rank === 1).length;
  const satisfied = placed.filter(({ isSatisfied }) => isSatisfied);
  const elsewhere = wilson(satisfied.filter(({ rank }) => rank > 1).length, satisfied.length);
  return {
    ...{ n, first, firstShare: wilson(first, n) },
    wallet: n === 0 ? null : meanOf(placed.map(walletShare)),
    satisfiedElsewhere: elsewhere && { n: satisfied.length, ...elsewhere },
  };
}

function meanOf(values: readonly number[]): NonNullable<Standing['wallet']> {
  const n = values.length;
  const share = values.reduce((sum, value) => sum + value, 0) / n;
  if (n < 2) return { share, interval: null };
  const squares = values.reduce((sum, value) => sum + (value - share) * (value - share), 0);
  const margin = tQuantile(n - 1) * Math.sqrt(squares / (n - 1) / n);
  return { share, interval: { low: Math.max(0, share - margin), high: Math.min(1, share + margin) } };
}
