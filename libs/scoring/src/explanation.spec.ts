import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Telescope, type WalkPoint } from './explanation.js';
import { millionths, round6 } from './millionths.js';

/** Decimals added as a person would add them: in integers of the sixth place, from the text that is shown. */
function addShown(numbers: readonly number[]): bigint {
  return numbers.reduce((sum, n) => {
    const [whole, fraction = ''] = JSON.stringify(Math.abs(n)).split('.');
    expect(fraction.length).toBeLessThanOrEqual(6);
    const value = BigInt(whole! + fraction.padEnd(6, '0'));
    return sum + (n < 0 ? -value : value);
  }, 0n);
}

describe('an explanation', () => {
  it('names events, silences and changes of policy, kind and model, and sums to the score', () => {
    const walk: WalkPoint[] = [
      { at: 10, eventId: 'a', type: 'IssueRaised', before: 0.2, after: 0.2 },
      { at: 20, eventId: 'b', type: 'PurchaseMade', before: 0.2, after: 0.4, afterKind: 0.45 },
      { at: 30, type: 'policy-changed', before: 0.5, after: 0.55 },
      { at: 40, eventId: 'c', type: 'FeedbackGiven', before: 0.55, after: 0.6 },
    ];
    const telescope = new Telescope(0.2, 'silence');
    for (const point of walk) telescope.add(point);
    expect(telescope.close(50, 0.7)).toEqual({
      score: 0.7,
      opening: 0.2,
      contributions: [
        { at: 10, eventId: 'a', type: 'IssueRaised', change: 0, scoreAfter: 0.2 },
        { at: 20, eventId: 'b', type: 'kind-changed', change: 0.25, scoreAfter: 0.45 },
        { at: 20, eventId: 'b', type: 'PurchaseMade', change: -0.05, scoreAfter: 0.4 },
        { at: 30, type: 'silence', change: 0.1, scoreAfter: 0.5 },
        { at: 30, type: 'policy-changed', change: 0.05, scoreAfter: 0.55 },
        { at: 40, eventId: 'c', type: 'FeedbackGiven', change: 0.05, scoreAfter: 0.6 },
        { at: 50, type: 'silence', change: 0.1, scoreAfter: 0.7 },
      ],
    });
  });

  it('opens with the first score where there was none before', () => {
    const telescope = new Telescope(null, 'ageing')
      .add({ at: 1, eventId: 'a', type: 'ContactStarted', before: null, after: null })
      .add({ at: 2, eventId: 'b', type: 'FeedbackGiven', before: null, after: 70 })
      .add({ at: 3, eventId: 'c', type: 'ReferralMade', before: 69, after: 75 });
    expect(telescope.close(4, 74)).toEqual({
      score: 74,
      opening: 70,
      contributions: [
        { at: 2, eventId: 'b', type: 'FeedbackGiven', change: 0, scoreAfter: 70 },
        { at: 3, type: 'ageing', change: -1, scoreAfter: 69 },
        { at: 3, eventId: 'c', type: 'ReferralMade', change: 6, scoreAfter: 75 },
        { at: 4, type: 'ageing', change: -1, scoreAfter: 74 },
      ],
    });
    expect(new Telescope(null, 'ageing').close(4, null)).toEqual({
      score: null,
      opening: null,
      contributions: [],
    });
  });

  it('sums exactly, whatever the scores', () => {
    const score = fc.double({ min: 0, max: 100, noNaN: true });
    const points = fc.array(fc.tuple(score, score, fc.option(score, { nil: undefined })), { maxLength: 60 });
    fc.assert(
      fc.property(score, points, score, (opening, walk, last) => {
        const telescope = new Telescope(opening, 'silence');
        walk.forEach(([before, after, afterKind], at) =>
          telescope.add({ at, type: 'E', before, after, afterKind }),
        );
        const explained = telescope.close(walk.length, last);
        expect(explained.score).toBe(round6(last));
        const shown = [explained.opening!, ...explained.contributions.map((line) => line.change)];
        expect(addShown(shown)).toBe(BigInt(millionths(last)));
      }),
    );
  });
});

describe('published numbers', () => {
  it('have six places at most, and no negative zero', () => {
    expect(round6(1 / 3)).toBe(0.333333);
    expect(JSON.stringify(round6(0.0000014))).toBe('0.000001');
    expect(Object.is(round6(-1e-9), 0)).toBe(true);
    expect(round6(100)).toBe(100);
  });

  it('A12: are finite: NaN and infinity, which JSON would write as null, are never published', () => {
    for (const value of [NaN, Infinity, -Infinity]) {
      for (const publish of [millionths, round6])
        expect(() => publish(value)).toThrow(/finite number to be published/);
    }
  });
});
