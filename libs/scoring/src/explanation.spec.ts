import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ContributionAccumulator, type WalkPoint } from './explanation.js';
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
    const walk: WalkPoint<{ eventId: string }>[] = [
      { at: 10, type: 'IssueRaised', before: 0.2, after: 0.2, detail: { eventId: 'a' } },
      { at: 20, type: 'PurchaseMade', before: 0.2, after: 0.4, afterKind: 0.45, detail: { eventId: 'b' } },
      { at: 30, type: 'policy-changed', before: 0.5, after: 0.55 },
      { at: 40, type: 'FeedbackGiven', before: 0.55, after: 0.6, detail: { eventId: 'c' } },
    ];
    const accumulator = new ContributionAccumulator({ opening: 0.2, score: 0.2 }, 'silence');
    for (const point of walk) accumulator.add(point);
    expect(accumulator.close(50, 0.7)).toEqual({
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
    const accumulator = new ContributionAccumulator({ opening: null, score: null }, 'ageing')
      .add({ at: 1, type: 'ContactStarted', before: null, after: null, detail: { eventId: 'a' } })
      .add({ at: 2, type: 'FeedbackGiven', before: null, after: 70, detail: { eventId: 'b' } })
      .add({ at: 3, type: 'ReferralMade', before: 69, after: 75, detail: { eventId: 'c' } });
    expect(accumulator.close(4, 74)).toEqual({
      score: 74,
      opening: 70,
      contributions: [
        { at: 2, eventId: 'b', type: 'FeedbackGiven', change: 0, scoreAfter: 70 },
        { at: 3, type: 'ageing', change: -1, scoreAfter: 69 },
        { at: 3, eventId: 'c', type: 'ReferralMade', change: 6, scoreAfter: 75 },
        { at: 4, type: 'ageing', change: -1, scoreAfter: 74 },
      ],
    });
    expect(new ContributionAccumulator({ opening: null, score: null }, 'ageing').close(4, null)).toEqual({
      score: null,
      opening: null,
      contributions: [],
    });
  });

  it('A13: stays exact where the score is not known for a while, or not in the end', () => {
    const walk = () =>
      new ContributionAccumulator({ opening: null, score: null }, 'ageing')
        .add({ at: 1, type: 'FeedbackGiven', before: null, after: 70 })
        .add({ at: 2, type: 'policy-changed', before: 69.5, after: null })
        .add({ at: 3, type: 'ContactStarted', before: null, after: null })
        .add({ at: 4, type: 'policy-changed', before: null, after: 62.25 });
    expect(walk().close(5, 62).contributions).toEqual([
      { at: 1, type: 'FeedbackGiven', change: 0, scoreAfter: 70 },
      { at: 2, type: 'ageing', change: -0.5, scoreAfter: 69.5 },
      { at: 2, type: 'policy-changed', change: -69.5, scoreAfter: null },
      { at: 3, type: 'ContactStarted', change: 0, scoreAfter: null },
      { at: 4, type: 'policy-changed', change: 62.25, scoreAfter: 62.25 },
      { at: 5, type: 'ageing', change: -0.25, scoreAfter: 62 },
    ]);
    expect(walk().close(5, 62)).toMatchObject({ opening: 70, score: 62 });
    expect(walk().close(5, null).contributions.at(-1)).toEqual({
      at: 5,
      type: 'ageing',
      change: -62.25,
      scoreAfter: null,
    });
  });

  it('A13: sums exactly, whatever the scores, known or not, paged anywhere', () => {
    const score = fc.option(fc.double({ min: 0, max: 100, noNaN: true }), { freq: 3 });
    const afterKind = fc.option(fc.double({ min: 0, max: 100, noNaN: true }), { nil: undefined });
    const points = fc.array(fc.tuple(score, score, afterKind, fc.boolean()), { maxLength: 60 });
    fc.assert(
      fc.property(score, points, score, (first, walk, last) => {
        let page = new ContributionAccumulator({ opening: first, score: first }, 'silence');
        const changes: number[] = [];
        let opening = first;
        walk.forEach(([before, after, kind, turn], at) => {
          page.add({ at, type: 'E', before, after, afterKind: after === null ? undefined : kind });
          if (!turn) return;
          const closed = page.close(at, after);
          changes.push(...closed.contributions.map((line) => line.change));
          opening = closed.opening;
          page = new ContributionAccumulator({ opening, score: closed.score }, 'silence');
        });
        const closed = page.close(walk.length, last);
        expect(closed.score).toBe(last === null ? null : round6(last));
        changes.push(...closed.contributions.map((line) => line.change));
        expect(addShown([closed.opening ?? 0, ...changes])).toBe(BigInt(millionths(last ?? 0)));
      }),
      { numRuns: 500 },
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
