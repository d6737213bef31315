import { describe, expect, it } from '@jest/globals';
import { exp2, lnGamma, logAddExp, logistic, logit } from './special-functions.js';

describe('special functions', () => {
  it.each([
    [0.5, Math.log(Math.sqrt(Math.PI))],
    [1, 0],
    [2, 0],
    [5, Math.log(24)],
    [0.1, 2.252712651734206],
    [1.5, -0.1207822376352452],
    [10.3, 13.48203678613843],
    [100, 359.1342053695754],
    [
      1000.5,
      Array.from({ length: 1000 }, (_, k) => Math.log(k + 0.5)).reduce(
        (s, l) => s + l,
        Math.log(Math.PI) / 2,
      ),
    ],
    [1e-9, 20.72326583636941],
  ])('lnΓ(%d) to 14 digits', (x, expected) => {
    expect(Math.abs(lnGamma(x) - expected)).toBeLessThan(1e-14 * Math.max(1, Math.abs(expected)) * 10);
  });

  it('lnΓ obeys its recurrence on both sides of where the series begins', () => {
    for (let x = 0.05; x < 40; x += 0.37) {
      expect(lnGamma(x + 1) - lnGamma(x)).toBeCloseTo(Math.log(x), 12);
    }
  });

  it('adds exponentials without overflow', () => {
    expect(logAddExp(1000, 1000)).toBeCloseTo(1000 + Math.LN2, 12);
    expect(logAddExp(-Infinity, -3)).toBe(-3);
    expect(logAddExp(-3, -Infinity)).toBe(-3);
    expect(logAddExp(0, -800)).toBe(0);
  });

  it('turns log odds into probabilities and back', () => {
    expect(logistic(0)).toBe(0.5);
    expect(logistic(-1000)).toBe(0);
    expect(logistic(1000)).toBe(1);
    for (const p of [1e-6, 0.2, 0.5, 1 - 1e-6]) expect(logistic(logit(p))).toBeCloseTo(p, 12);
  });

  it('halves with each step down', () => {
    for (let n = 0; n < 60; n++) expect(exp2(-n) * 2 ** n).toBeCloseTo(1, 12);
  });
});
