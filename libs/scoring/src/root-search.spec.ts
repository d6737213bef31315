import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { signChange } from './root-search.js';

describe('the search for a sign change', () => {
  it('finds the exact step, whichever way it goes and however the function bends', () => {
    const bends = [
      (d: number) => d,
      (d: number) => d * d * d,
      (d: number) => Math.sign(d),
      (d: number) => Math.expm1(d / 1e5),
    ];
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 99_999_999 }),
        fc.constantFrom(...bends),
        fc.boolean(),
        (root, bend, up) => {
          const f = (s: number) => (up ? bend(s - root + 0.5) : -bend(s - root + 0.5));
          expect(signChange(f, 0, 100_000_000)).toBe(root);
        },
      ),
    );
  });

  it('takes few steps where the function is smooth, and not many more than bisection where it is not', () => {
    let calls = 0;
    const counting = (f: (s: number) => number) => (s: number) => {
      calls++;
      return f(s);
    };
    signChange(
      counting((s) => Math.log1p(s / 5e6) - 0.7),
      0,
      10_000_000,
    );
    expect(calls).toBeLessThanOrEqual(12);
    calls = 0;
    signChange(
      counting((s) => (s >= 12_345_678 ? 1 : -1e-9)),
      0,
      60_000_000,
    );
    expect(calls).toBeLessThanOrEqual(32);
  });
});
