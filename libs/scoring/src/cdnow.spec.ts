import { describe, expect, it } from '@jest/globals';
import { cdnowPurchases, cdnowSummary } from '../../../test/kit/cdnow.js';
import { bgLogLikelihood, mbgLogLikelihood } from '../../../test/kit/purchase-models.js';
import { measureForecasts } from './backtest/forecast-measures.js';
import { DAY } from './duration.js';
import { mbgRisk } from './mbg.js';
import type { PurchaseParameters } from './model.js';
import { historyAt, type PurchaseHistory, type Purchases, withPurchase } from './purchase-history.js';

const CALIBRATION_END = Date.UTC(1997, 8, 30);
const BG = { r: 0.24259, alpha: 4.41353, a: 0.79289, b: 2.42575 };
const MBG = { r: 0.52484, alpha: 6.18299, a: 0.89136, b: 1.614 };

function foldedTo(end: number): Map<string, Purchases> {
  const customers = new Map<string, Purchases>();
  for (const { customer, at } of cdnowPurchases()) {
    if (at <= end) customers.set(customer, withPurchase(customers.get(customer), at));
  }
  return customers;
}

const histories = [...foldedTo(CALIBRATION_END).values()].map((p) => historyAt(p, CALIBRATION_END));
const sum = (of: (h: PurchaseHistory) => number, over = histories) => over.reduce((s, h) => s + of(h), 0);

describe('the CDNOW sample', () => {
  it('folds to the published summary of every customer', () => {
    const rounded = histories.map(({ x, tx, T }) => ({ x, tx: tx.toFixed(2), T: T.toFixed(2) }));
    const published = cdnowSummary().map(({ x, tx, T }) => ({ x, tx: tx.toFixed(2), T: T.toFixed(2) }));
    expect(rounded).toHaveLength(2357);
    expect(rounded).toEqual(published);
  });

  it('has the published log-likelihood under BG/NBD', () => {
    expect(sum((h) => bgLogLikelihood(BG, h))).toBeCloseTo(-9582.4292, 4);
    expect(sum((h) => bgLogLikelihood(BG, h), cdnowSummary())).toBeCloseTo(-9582.4256, 4);
  });

  it('has the published log-likelihood under MBG/NBD', () => {
    expect(sum((h) => mbgLogLikelihood(MBG, h), cdnowSummary())).toBeCloseTo(-9582.13, 2);
    // Exact days instead of the summary's two decimals take off as much as they do under BG/NBD.
    expect(sum((h) => mbgLogLikelihood(MBG, h))).toBeCloseTo(-9582.1357, 4);
  });

  it.each([
    ['BG/NBD', BG, bgLogLikelihood],
    ['MBG/NBD', MBG, mbgLogLikelihood],
  ])('is most likely at the published parameters of %s', (_, parameters, logLikelihood) => {
    const at = (p: PurchaseParameters) => sum((h) => logLikelihood(p, h));
    const best = at(parameters);
    for (const name of ['r', 'alpha', 'a', 'b'] as const) {
      for (const factor of [0.98, 1.02]) {
        expect(at({ ...parameters, [name]: parameters[name] * factor })).toBeLessThan(best);
      }
    }
  });

  it('ranks who will not buy in the 39 weeks after, as well as computed elsewhere', () => {
    const later = new Set<string>();
    for (const { customer, at } of cdnowPurchases()) if (at > CALIBRATION_END) later.add(customer);
    const scored = [...foldedTo(CALIBRATION_END)].map(([customer, purchases]) => ({
      outcome: !later.has(customer),
      risk: mbgRisk(MBG, historyAt(purchases, CALIBRATION_END), 39),
    }));
    const { actual, n, auc, brier } = measureForecasts(scored);
    expect(actual / n).toBeCloseTo(0.71, 3);
    expect(auc).toBeCloseTo(0.76, 3);
    expect(brier).toBeCloseTo(0.161, 3);
  });

  it('counts 21 purchases that repeat another row in every column, and days only once', () => {
    expect(cdnowPurchases()).toHaveLength(6919);
    const { x } = withPurchase(withPurchase(withPurchase(undefined, 0), DAY - 1), DAY);
    expect(x).toBe(1);
  });
});
