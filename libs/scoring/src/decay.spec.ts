import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDecayed, type Decayed, decayedAt, withoutDecayed } from './decay.js';
import { addToMean, type DecayedMean, ownShare, shrunkMean } from './decayed-mean.js';
import { DEFAULT_POLICY } from './default-policy.js';
import { DAY } from './duration.js';

const START = Date.parse('2026-01-01T00:00:00Z');
const day = (n: number) => START + n * DAY;

describe('a decayed sum', () => {
  it('weighs each thing by its age, whenever it is read', () => {
    let sum: Decayed | undefined;
    for (const n of [0, 30, 90]) sum = addDecayed(sum, day(n), 1, 60);
    const direct = (n: number) => [0, 30, 90].reduce((s, age) => s + Math.pow(2, -(n - age) / 60), 0);
    for (const n of [90, 120, 400]) expect(decayedAt(sum, day(n), 60)).toBeCloseTo(direct(n), 12);
    expect(decayedAt(undefined, day(3), 60)).toBe(0);
  });

  it('neither overflows nor vanishes from 1970 to 2200, where a landmark’s power of two would', () => {
    const [from, to] = [0, Date.UTC(2200, 0, 1)];
    expect((to - from) / (30 * DAY)).toBeGreaterThan(1024);
    const sum = addDecayed(addDecayed(undefined, from, 1, 30), to, 1, 30);
    expect(decayedAt(sum, to, 30)).toBe(1);
    expect(decayedAt(sum, to + 30 * DAY, 30)).toBeCloseTo(0.5, 15);
  });

  it('is the same in any order but for rounding', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2000), { minLength: 1, maxLength: 30 }), (days) => {
        const fold = (list: number[]) =>
          decayedAt(
            list.reduce<Decayed | undefined>((s, n) => addDecayed(s, day(n), 1, 60), undefined),
            day(2000),
            60,
          );
        expect(fold(days)).toBeCloseTo(fold(days.toSorted((a, b) => a - b)), 9);
      }),
    );
  });

  it('gives back what it was without a part of it, and never less than nothing', () => {
    const part = addDecayed(undefined, day(10), 1, 60);
    const sum = addDecayed(addDecayed(undefined, day(0), 1, 60), day(10), 1, 60);
    const rest = withoutDecayed(sum, part, day(40), 60);
    expect(decayedAt(rest, day(40), 60)).toBeCloseTo(decayedAt({ z: 1, at: day(0) }, day(40), 60), 12);
    expect(withoutDecayed(part, sum, day(40), 60)!.z).toBe(0);
    expect(withoutDecayed(undefined, part, day(40), 60)).toBeUndefined();
    expect(withoutDecayed(sum, undefined, day(40), 60)).toBe(sum);
  });
});

describe('a shrunk mean', () => {
  const policy = DEFAULT_POLICY.attitude;

  it('is the formula, and missing while nothing is known', () => {
    let mean: DecayedMean | undefined;
    expect(shrunkMean(mean, day(0), policy)).toBeUndefined();
    mean = addToMean(mean, day(0), 1, 180);
    expect(shrunkMean(mean, day(0), policy)).toBeCloseTo((1 + 3 * (2 / 3)) / (1 + 3), 12);
    mean = addToMean(mean, day(180), 0, 180);
    expect(shrunkMean(mean, day(180), policy)).toBeCloseTo((0.5 + 2) / (1.5 + 3), 12);
    expect(shrunkMean(mean, day(360), policy)).toBeCloseTo((0.25 + 2) / (0.75 + 3), 12);
  });

  it('goes back to the population with time', () => {
    const mean = addToMean(undefined, day(0), 0, 180);
    expect(shrunkMean(mean, day(180 * 60), policy)).toBeCloseTo(2 / 3, 12);
  });

  it('takes a late value at its age', () => {
    const inOrder = addToMean(addToMean(undefined, day(0), 0.2, 180), day(90), 0.9, 180);
    const late = addToMean(addToMean(undefined, day(90), 0.9, 180), day(0), 0.2, 180);
    expect(late.at).toBe(day(90));
    expect(late.sum).toBeCloseTo(inOrder.sum, 12);
    expect(late.weight).toBeCloseTo(inOrder.weight, 12);
  });

  it('A12: is the mean of the old answers themselves where there is no prior, however old they are', () => {
    const own = { halfLifeDays: 1, priorWeight: 0, mean: 2 / 3 };
    // Satisfaction 5 of 5 against the assumed expectation: (tanh(1) + 2) / 3 = .920531…
    const v = (Math.tanh(1) + 2) / 3;
    for (const age of [0, 300, 1_060, 1_080, 100_000]) {
      expect(shrunkMean(addToMean(undefined, day(0), v, 1), day(age), own)).toBeCloseTo(0.920531, 6);
    }
    // Weights 1 and ½, whatever both have faded to.
    const two = addToMean(addToMean(undefined, day(0), 0.3, 1), day(1), 0.9, 1);
    expect(shrunkMean(two, day(5_000), own)).toBeCloseTo((0.9 + 0.5 * 0.3) / 1.5, 12);
    expect(ownShare(two, day(5_000), own)).toBe(1);
  });
});
