import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cdnowPurchases, cdnowSummary } from '../../../../test/kit/cdnow.js';
import { bgLogLikelihood, mbgLogLikelihood } from '../../../../test/kit/purchase-models.js';
import { historyAt, type Purchases, withPurchase } from '../purchase-history.js';
import { contractYearsOf, fitContracts } from './contract-fit.js';
import { minimise } from './minimise.js';
import { fitPurchases } from './purchase-fit.js';

const near = (parameters: object, right: object, digits: number) => {
  for (const [name, value] of Object.entries(right)) {
    expect(parameters).toHaveProperty(name);
    expect((parameters as { [name: string]: number })[name]).toBeCloseTo(value as number, digits);
  }
};

describe('the fit of purchases', () => {
  it('finds the published parameters of BG/NBD on the CDNOW summary', () => {
    // Fader, Hardie & Lee (2005): .243, 4.414, .793, 2.426, −9582.4.
    const fit = fitPurchases(cdnowSummary(), 'bg');
    near(fit.parameters, { r: 0.24259, alpha: 4.41353, a: 0.79289, b: 2.42575 }, 4);
    expect(fit.logLikelihood).toBeCloseTo(-9582.4256, 3);
    expect(fit).toMatchObject({ n: 2357, repeatBuyers: 946, converged: true });
  });

  it('finds the published parameters of MBG/NBD on the CDNOW summary', () => {
    // BTYDplus, lifetimes: .525, 6.183, .891, 1.614.
    const fit = fitPurchases(cdnowSummary(), 'mbg');
    near(fit.parameters, { r: 0.52484, alpha: 6.18299, a: 0.89136, b: 1.614 }, 4);
    expect(fit.logLikelihood).toBeCloseTo(-9582.13, 2);
    expect(fit.converged).toBe(true);
  });

  it('finds −9582.4292 on the event file, whose times the summary rounds', () => {
    const end = Date.UTC(1997, 8, 30);
    const customers = new Map<string, Purchases>();
    for (const { customer, at } of cdnowPurchases())
      if (at <= end) customers.set(customer, withPurchase(customers.get(customer), at));
    const histories = [...customers.values()].map((purchases) => historyAt(purchases, end));
    expect(fitPurchases(histories, 'bg').logLikelihood).toBeCloseTo(-9582.4292, 4);
  });

  it('goes by the gradient of the likelihood that scores are made of', () => {
    const histories = cdnowSummary().slice(0, 200);
    for (const [model, likelihood] of [
      ['mbg', mbgLogLikelihood],
      ['bg', bgLogLikelihood],
    ] as const) {
      const { parameters, logLikelihood } = fitPurchases(histories, model);
      const at = (changed: object) =>
        histories.reduce((sum, history) => sum + likelihood({ ...parameters, ...changed }, history), 0);
      expect(at({})).toBeCloseTo(logLikelihood, 7);
      for (const name of ['r', 'alpha', 'a', 'b'] as const)
        for (const factor of [0.99, 1.01])
          expect(at({ [name]: parameters[name] * factor })).toBeLessThan(at({}));
    }
  });

  it('refuses what cannot be fitted', () => {
    expect(() => fitPurchases([], 'mbg')).toThrow(RangeError);
    expect(() => fitPurchases([{ x: 0, tx: 0, T: 0 }], 'mbg')).toThrow(RangeError);
    expect(() => fitPurchases([{ x: 1, tx: 1, T: NaN }], 'mbg')).toThrow(RangeError);
  });
});

describe('the fit of contracts', () => {
  // Fader & Hardie (2007): of 1,000 customers so many cancelled in each of seven years.
  const segment = (cancelled: number[]) => {
    const left = 1000 - cancelled.reduce((sum, count) => sum + count, 0);
    return fitContracts({ cancelled, running: [0, 0, 0, 0, 0, 0, 0, left] });
  };

  it('finds the published parameters of both segments', () => {
    const regular = segment([369, 163, 86, 56, 37, 27, 21]);
    near(regular.parameters, { alpha: 0.704, beta: 1.182 }, 3);
    const highEnd = segment([131, 126, 90, 60, 42, 34, 26]);
    near(highEnd.parameters, { alpha: 0.668, beta: 3.806 }, 3);
    expect([regular, highEnd].map(({ n, converged }) => [n, converged])).toEqual([
      [1000, true],
      [1000, true],
    ]);
  });

  it('counts contracts by the year in which they ended or were last seen', () => {
    const seen = [
      { year: 1, cancelled: true },
      { year: 3, cancelled: false },
      { year: 3, cancelled: true },
      { year: 1, cancelled: true },
    ];
    expect(contractYearsOf(seen)).toEqual({ cancelled: [2, 0, 1], running: [0, 0, 1] });
    expect(() => fitContracts(contractYearsOf([{ year: 2, cancelled: false }]))).toThrow(RangeError);
    expect(() => fitContracts(contractYearsOf([{ year: 1, cancelled: true }]))).toThrow(RangeError);
  });
});

describe('the search for a minimum', () => {
  it('finds it in narrow and curved valleys', () => {
    // Rosenbrock's function: 100·(y − x²)² + (1 − x)², least at (1, 1).
    const valley = ([x, y]: readonly number[]) => ({
      value: 100 * (y! - x! * x!) * (y! - x! * x!) + (1 - x!) * (1 - x!),
      gradient: [-400 * x! * (y! - x! * x!) - 2 * (1 - x!), 200 * (y! - x! * x!)],
    });
    const place = fc.double({ min: -3, max: 3, noNaN: true });
    fc.assert(
      fc.property(place, place, (x, y) => {
        const { point, converged } = minimise(valley, [x, y]);
        expect(converged).toBe(true);
        expect(Math.hypot(point[0]! - 1, point[1]! - 1)).toBeLessThan(1e-6);
      }),
    );
  });
});
