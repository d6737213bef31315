import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  bgAlive,
  bgExpectedPurchases,
  bgLogLikelihood,
  mbgExpectedPurchases,
  mbgLogLikelihood,
} from '../../../test/kit/purchase-models.js';
import { mbgAlive, mbgRisk } from './mbg.js';
import { DEFAULT_MODEL } from './model.js';

const CDNOW = DEFAULT_MODEL.mbg;
const BG_CDNOW = { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 };
const EVEN = { r: 0.25, alpha: 4, a: 0.8, b: 2.5 };

const parameters = fc.record({
  r: fc.double({ min: 0.05, max: 5, noNaN: true }),
  alpha: fc.double({ min: 0.1, max: 50, noNaN: true }),
  a: fc.double({ min: 0.05, max: 5, noNaN: true }),
  b: fc.double({ min: 0.05, max: 10, noNaN: true }),
});
const history = fc
  .record({
    x: fc.nat(300),
    tx: fc.double({ min: 0, max: 200, noNaN: true }),
    silence: fc.double({ min: 0, max: 300, noNaN: true }),
  })
  .map(({ x, tx, silence }) => ({ x, tx: x === 0 ? 0 : tx, T: (x === 0 ? 0 : tx) + silence }));
const horizon = fc.double({ min: 1, max: 104, noNaN: true });

describe('MBG/NBD', () => {
  it.each([
    [0, 0, 38.86, 0.389735, 0.891171],
    [1, 38, 38.86, 0.740178, 0.545748],
    [5, 20, 38.86, 0.270369, 0.738249],
    [26, 30.86, 31, 0.965566, 0.034434],
  ])('gives P(alive) and the risk over 39 weeks for x = %d, t_x = %d, T = %d', (x, tx, T, alive, risk) => {
    expect(mbgAlive(CDNOW, { x, tx, T })).toBeCloseTo(alive, 6);
    expect(mbgRisk(CDNOW, { x, tx, T }, 39)).toBeCloseTo(risk, 6);
  });

  it('gives the log-likelihoods that pymc-marketing tests', () => {
    expect(mbgLogLikelihood(EVEN, { x: 0, tx: 0, T: 40 })).toBeCloseTo(-0.41792826, 8);
    expect(mbgLogLikelihood(EVEN, { x: 200, tx: 38, T: 40 })).toBeCloseTo(100.7869, 4);
  });

  it('never lowers the risk by silence', () => {
    fc.assert(
      fc.property(
        parameters,
        history,
        horizon,
        fc.double({ min: 0, max: 500, noNaN: true }),
        (p, h, H, more) => {
          const before = mbgRisk(p, h, H);
          expect(mbgRisk(p, { ...h, T: h.T + more }, H)).toBeGreaterThanOrEqual(before - 1e-12);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('never raises the risk by a purchase at the time of the question', () => {
    fc.assert(
      fc.property(parameters, history, horizon, (p, h, H) => {
        const bought = { x: h.x + 1, tx: h.T, T: h.T };
        expect(mbgRisk(p, bought, H)).toBeLessThanOrEqual(mbgRisk(p, h, H) + 1e-12);
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps the risk a probability, and finite far out', () => {
    fc.assert(
      fc.property(parameters, history, horizon, (p, h, H) => {
        const risk = mbgRisk(p, h, H);
        expect(risk).toBeGreaterThanOrEqual(0);
        expect(risk).toBeLessThanOrEqual(1);
        expect(Number.isFinite(mbgLogLikelihood(p, h))).toBe(true);
      }),
    );
    expect(mbgAlive(CDNOW, { x: 1000, tx: 10, T: 100 })).toBe(0);
    expect(mbgRisk(CDNOW, { x: 1000, tx: 10, T: 100 }, 13)).toBe(1);
    expect(Number.isFinite(mbgLogLikelihood(CDNOW, { x: 1000, tx: 10, T: 100 }))).toBe(true);
  });

  it('expects no fewer purchases than the chance of one, and no more than of one who never leaves', () => {
    // P(a purchase within H) bounds the expectation from below, the rate of one who never leaves from above.
    fc.assert(
      fc.property(parameters, history, horizon, (p, h, H) => {
        const expected = mbgExpectedPurchases(p, h, H);
        expect(expected).toBeGreaterThanOrEqual(1 - mbgRisk(p, h, H) - 1e-6);
        expect(expected).toBeLessThanOrEqual(((p.r + h.x) / (p.alpha + h.T)) * H + 1e-6);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('A25: expected purchases', () => {
  // The published closed forms, with Gauss's hypergeometric function, at 60 digits (mpmath.hyp2f1); where a = 1, for
  // which they have no value, the integral over the dropout chance (mpmath.quad).
  it.each([
    ['mbg', 81.9, 0.068, 1.126, 0.282, 1, 0.463, 0.501, 15.2, 0.041521946674149232],
    ['mbg', 0.525, 6.183, 0.891, 1.614, 2, 30.43, 38.86, 39, 1.2629606232673657],
    ['mbg', 0.525, 6.183, 1, 1.614, 0, 0, 10, 52, 0.54888568969834063],
    ['mbg', 0.525, 6.183, 0.891, 1.614, 26, 30.86, 31, 39, 19.450722652157352],
    ['mbg', 0.05, 50, 5, 0.05, 0, 0, 300, 1, 1.2828819740837476e-6],
    ['mbg', 2, 0.5, 12, 40, 900, 100, 101, 500, 0.88742625671306937],
    ['mbg', 0.01, 0.001, 0.01, 0.02, 3, 2, 2.5, 1000, 1137.4697599871656],
    ['mbg', 1000, 0.001, 200, 300, 5, 7, 7.01, 52, 0.67627551310298022],
    ['bg', 0.243, 4.414, 0.793, 2.426, 2, 30.43, 38.86, 39, 1.2260281747671444],
    ['bg', 0.243, 4.414, 0.793, 2.426, 0, 0, 5, 13, 0.28462707889102505],
    ['bg', 5, 0.1, 0.05, 10, 300, 150, 151, 104, 206.74560134755443],
    ['bg', 81.9, 0.068, 1.126, 0.282, 1, 0.463, 0.501, 15.2, 0.0056890548962773417],
  ] as const)(
    'of %s at %d %d %d %d, history %d %d %d, within %d weeks',
    (model, r, alpha, a, b, x, tx, T, H, right) => {
      const expected = model === 'mbg' ? mbgExpectedPurchases : bgExpectedPurchases;
      expect(expected({ r, alpha, a, b }, { x, tx, T }, H) / right).toBeCloseTo(1, 9);
    },
  );
});

describe('BG/NBD', () => {
  it('gives the log-likelihoods of note 027', () => {
    expect(bgLogLikelihood(EVEN, { x: 0, tx: 0, T: 40 })).toBeCloseTo(-0.59947382, 8);
    expect(bgLogLikelihood(EVEN, { x: 200, tx: 38, T: 40 })).toBeCloseTo(100.7957, 4);
  });

  it('expects 1.226 purchases of the customer of the paper', () => {
    expect(bgExpectedPurchases(BG_CDNOW, { x: 2, tx: 30.43, T: 38.86 }, 39)).toBeCloseTo(1.226, 3);
  });

  it('does not overflow for a frequent buyer long silent', () => {
    expect(bgAlive(BG_CDNOW, { x: 1000, tx: 10, T: 100 })).toBe(0);
    expect(bgExpectedPurchases(BG_CDNOW, { x: 1000, tx: 10, T: 100 }, 39)).toBe(0);
  });

  it('calls everybody alive who has bought once, and fewer after the first repeat', () => {
    expect(bgAlive(BG_CDNOW, { x: 0, tx: 0, T: 500 })).toBe(1);
    expect(bgAlive(BG_CDNOW, { x: 1, tx: 10, T: 10 })).toBeLessThan(1);
  });
});
