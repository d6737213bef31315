/** The quantile of the normal distribution for a two-sided interval of 95 %. */
export const Z95 = 1.959963984540054;

/** A measured share (or difference of shares) with its interval; null where there is nothing to measure. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}
