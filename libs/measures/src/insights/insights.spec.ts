import { describe, expect, it } from '@jest/globals';
import { changesOf, laggedCorrelations } from './leading.js';
import { twoSidedTail } from './normal-tail.js';
import { rankCorrelation, ranksOf } from './rank-correlation.js';
import { isotonic, repurchaseCurve } from './repurchase-curve.js';
import { standingOf, walletShare } from './standing.js';

const zipped = (xs: readonly number[], ys: readonly number[]) => xs.map((x, i) => [x, ys[i]!] as const);

describe('12.3: rank correlation', () => {
  it('gives equal values the mean of their ranks', () => {
    expect(ranksOf([5, 1, 4, 2, 8, 3, 9, 6, 7, 10, 2, 6])).toEqual([
      6, 1, 5, 2.5, 10, 4, 11, 7.5, 9, 12, 2.5, 7.5,
    ]);
  });

  it('is Spearman’s, with the interval of Bonett and Wright', () => {
    // scipy.stats.spearmanr and numpy: ρ; own correlations of the ranks −.157 and .079: no less than n; tanh(atanh ρ ± 1.96 se).
    const found = rankCorrelation(
      zipped([5, 1, 4, 2, 8, 3, 9, 6, 7, 10, 2, 6], [2, 3, 1, 4, 6, 2, 8, 5, 5, 9, 4, 3]),
    )!;
    expect(found.rho).toBeCloseTo(0.6996510110826398, 12);
    expect([found.n, found.independent]).toEqual([12, 12]);
    expect(found.z).toBeCloseTo(2.3302695817855885, 10);
    expect(found.interval.low).toBeCloseTo(0.13685089967823563, 10);
    expect(found.interval.high).toBeCloseTo(0.9209911245186777, 10);
  });

  it('counts neighbours that are alike for less: twenty of a slow series say as much as six', () => {
    // The same: own correlations .797 and .649, so 20 (1 − .517) ÷ (1 + .517); ρ = .85, and yet it may be none.
    const found = rankCorrelation(
      zipped(
        [3, 5, 4, 6, 7, 6, 8, 9, 7, 6, 5, 6, 4, 3, 2, 3, 4, 2, 1, 2],
        [2, 4, 3, 6, 5, 7, 6, 8, 9, 6, 7, 5, 4, 5, 2, 4, 3, 1, 2, 3],
      ),
    )!;
    expect(found.rho).toBeCloseTo(0.8466544768483634, 12);
    expect(found.independent).toBeCloseTo(6.3609494411488425, 10);
    expect(found.interval.low).toBeCloseTo(-0.0018238575623550765, 9);
    expect(found.interval.high).toBeCloseTo(0.9863528136410039, 9);
  });

  it('is null of two trends, which tell as much as two or three pairs, and of a series that does not vary', () => {
    const [xs, ys] = [
      [12, 15, 11, 18, 20, 19, 25, 22, 28, 27, 30, 26],
      [3.1, 2.9, 3, 3.4, 3.3, 3.6, 3.9, 3.9, 4.2, 4, 4.4, 4.1],
    ];
    expect(rankCorrelation(zipped(xs, ys))).toBeNull();
    expect(
      rankCorrelation(
        zipped(
          xs,
          xs.map(() => 1),
        ),
      ),
    ).toBeNull();
  });

  it('has an interval also where all agree', () => {
    // As if one pair of neighbours were exchanged: ρ = 1 − 12 ÷ 990; numpy: own correlation -0.0205, tanh(atanh ρ ± 1.96 se).
    const values = [4, 9, 10, 1, 2, 5, 7, 3, 8, 6];
    const found = rankCorrelation(zipped(values, values))!;
    expect(found.rho).toBeCloseTo(1, 12);
    expect(found.independent).toBeCloseTo(9.991557619248628, 9);
    expect(found.interval.low).toBeCloseTo(0.928272350487709, 9);
    expect(found.interval.high).toBeCloseTo(0.9980029441881489, 9);
  });

  it('knows the normal tail', () => {
    // scipy.stats.norm: 2 sf(z).
    for (const [z, tail] of [
      [0, 1],
      [1, 0.31731050786291415],
      [-1.959963984540054, 0.05],
      [3.5, 0.00046525815807105003],
      [6, 1.973175290075389e-9],
    ] as const)
      expect(twoSidedTail(z) / tail).toBeCloseTo(1, 6);
  });
});

describe('12.3: leading measures', () => {
  const first = [3, 7, 9, 5, 2, 3, 2, 4, 9, 8, 1, 6, 8, 6, 1, 7];
  const series = (name: string, values: readonly (number | null)[]) => ({ name, values });
  // What the first did, the second does two buckets later, the other way round.
  const second = [5, 5, ...first.slice(0, -2).map((value) => 10 - value)];

  it('are found at the lag by which they are ahead, with every comparison counted', () => {
    const { found, comparisons, tooFew } = laggedCorrelations(
      [series('waiting', first)],
      [series('csat', second), series('rare', [1, 2, 3, null, null])],
      3,
    );
    expect([comparisons, tooFew]).toEqual([3, 1]);
    expect(found).toMatchObject([
      { leading: 'waiting', lagging: 'csat', lag: 2, rho: -1, n: 14, isClear: true },
    ]);
  });

  it('are not clear any more where very many were tried', () => {
    const lagging = [
      series(
        'csat',
        second.map((value, i) => value + (i % 3) * 1.5),
      ),
    ];
    const few = laggedCorrelations([series('waiting', first)], lagging, 3);
    const many = Array.from({ length: 400 }, (_, i) => series(`m${i}`, first));
    const [{ isClear, z }] = few.found as [(typeof few.found)[number]];
    expect([isClear, few.comparisons * twoSidedTail(z) < 0.05]).toEqual([true, true]);
    expect(laggedCorrelations(many, lagging, 3).found[0]!.isClear).toBe(false);
  });

  it('that hardly vary say nothing', () => {
    const rare = first.map((_, i) => (i === 3 || i === 9 ? 1 : 0));
    const { comparisons, tooFew } = laggedCorrelations([series('x', rare)], [series('y', rare)], 2);
    expect([comparisons, tooFew]).toEqual([0, 1]);
  });

  it('can be compared by their changes; what is next to a gap has none', () => {
    expect(changesOf(series('x', [1, 4, null, 2, 2]))).toEqual(series('x', [3, null, null, 0]));
  });
});

describe('12.3: the repurchase curve', () => {
  const outcomes = (...levels: readonly (readonly [level: number, n: number, bought: number])[]) =>
    levels.flatMap(([level, n, bought]) =>
      Array.from({ length: n }, (_, i) => ({ level, bought: i < bought })),
    );

  it('never falls: neighbours that do are pooled by their numbers', () => {
    // scipy.optimize.isotonic_regression of .15 .28 .22 .5 .61 with these weights: (14 + 11) ÷ 100 for both.
    const counts = [
      [40, 6],
      [50, 14],
      [50, 11],
      [80, 40],
      [100, 61],
    ].map(([n, bought]) => ({ n: n!, bought: bought! }));
    expect(isotonic(counts)).toEqual([0.15, 0.25, 0.25, 0.5, 0.61]);
  });

  it('has its knee where it lies highest above the straight line, if the rises differ by more than chance', () => {
    // .1 .3 .5 .54 .58: above the line by 0 .08 .16 .08 0; before the knee +.2 a level, after +.04. By numpy with Agresti's
    // variances: .16 ± .0794, and 3 × 2 sf(3.95) = .00024.
    const { points, knee, tooFew } = repurchaseCurve(
      outcomes([1, 200, 20], [2, 200, 60], [3, 200, 100], [4, 200, 108], [5, 200, 116]),
    );
    expect(tooFew).toBe(false);
    expect(points.map(({ share, fitted }) => [share, fitted])).toEqual([
      [0.1, 0.1],
      [0.3, 0.3],
      [0.5, 0.5],
      [0.54, 0.54],
      [0.58, 0.58],
    ]);
    expect(knee).toMatchObject({ level: 3, isClear: true });
    expect(knee!.riseBefore).toBeCloseTo(0.2, 12);
    expect(knee!.riseAfter).toBeCloseTo(0.04, 12);
    expect(knee!.interval.low).toBeCloseTo(0.08057350847008876, 10);
    expect(knee!.interval.high).toBeCloseTo(0.2394264915299113, 10);
  });

  it('has none where it is straight or bends upwards, and says too few below three levels of twenty customers', () => {
    expect(repurchaseCurve(outcomes([1, 100, 10], [2, 100, 20], [3, 100, 30])).knee).toBeNull();
    expect(repurchaseCurve(outcomes([1, 100, 10], [2, 100, 12], [3, 100, 50])).knee).toBeNull();
    const few = repurchaseCurve(outcomes([1, 19, 1], [2, 100, 50], [3, 100, 60]));
    expect(few).toMatchObject({ tooFew: true, knee: null });
    expect(few.points.map(({ fitted }) => fitted)).toEqual([null, 0.5, 0.6]);
    expect(repurchaseCurve([])).toEqual({ points: [], tooFew: true, knee: null });
  });

  it('shows a small bend for what it may be: chance', () => {
    const { knee } = repurchaseCurve(outcomes([1, 25, 5], [2, 25, 10], [3, 25, 11]));
    expect(knee).toMatchObject({ level: 2, isClear: false });
  });
});

describe('12.3: relative standing', () => {
  it('gives each place its share of the wallet, and all places of a number of companies 1', () => {
    // By hand: (1 − 1/3) × 1; (1 − 2/4) × 2/3.
    expect(walletShare({ rank: 1, among: 2 })).toBeCloseTo(2 / 3, 12);
    expect(walletShare({ rank: 2, among: 3 })).toBeCloseTo(1 / 3, 12);
    for (const among of [2, 3, 7]) {
      const all = Array.from({ length: among }, (_, i) => walletShare({ rank: i + 1, among }));
      expect(all.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    }
  });

  it('counts who is satisfied and yet prefers another', () => {
    const placed = [1, 1, 2, 3].map((rank, i) => ({ rank, among: 3, isSatisfied: i !== 3 }));
    const { n, first, firstShare, wallet, satisfiedElsewhere } = standingOf(placed);
    expect([n, first, firstShare!.share]).toEqual([4, 2, 0.5]);
    // (1/2 + 1/2 + 1/3 + 1/6) ÷ 4; scipy.stats.t.interval(.95, 3) with the standard error .0797856.
    expect(wallet!.share).toBeCloseTo(0.375, 12);
    expect(wallet!.interval!.low).toBeCloseTo(0.121, 3);
    expect(wallet!.interval!.high).toBeCloseTo(0.629, 3);
    expect([satisfiedElsewhere!.n, satisfiedElsewhere!.share]).toEqual([3, 1 / 3]);
    expect(standingOf([])).toMatchObject({ n: 0, firstShare: null, wallet: null, satisfiedElsewhere: null });
  });
});
