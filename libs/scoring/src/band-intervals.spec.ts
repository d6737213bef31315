import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type BandInterval, bandIntervals, intervalAt } from './band-intervals.js';
import { bandEdges, churnBand } from './churn-bands.js';
import { churnIntervals } from './churn-intervals.js';
import { type ChurnInputs, excessOverTime } from './churn-score.js';
import { addDecayed, decayedAt } from './decay.js';
import { DEFAULT_POLICY } from './default-policy.js';
import { DAY, WEEK } from './duration.js';
import { BAND_HORIZON } from './levels-ahead.js';
import { DEFAULT_MODEL } from './model.js';
import { type Signal, SIGNALS } from './policy.js';

const context = { policy: DEFAULT_POLICY, model: DEFAULT_MODEL };
const NOW = Date.parse('2026-03-01T08:30:17.123Z');
const edges = bandEdges(DEFAULT_POLICY);

const found = (excessAt: (at: number) => number, breakpoints: number[] = []) =>
  bandIntervals({ excessAt, from: NOW, until: NOW + 730 * DAY, breakpoints, edges, lostAfterWeeks: 26 });
const days = (intervals: readonly BandInterval[]) =>
  intervals.map(({ band, from, to }) => [band, (from - NOW) / DAY, to === null ? null : (to - NOW) / DAY]);

const SIGNALLESS = { signals: () => ({}), addedSignals: () => ({}) };

describe('the bands of silence', () => {
  it('are found to the second where the excess rises', () => {
    // One millionth every 86.4 seconds: the band begins half a millionth below its edge, on a whole second.
    const intervals = found((at) => (at - NOW) / (1000 * DAY));
    expect(intervals.map((i) => i.band)).toEqual(['low', 'medium', 'high']);
    for (const [k, edge] of [0.25, 0.5].entries()) {
      const exact = NOW + (edge - 0.5e-6) * 1000 * DAY;
      expect(intervals[k]!.to).toBe(Math.ceil(exact / 1000) * 1000);
      expect(intervals[k + 1]!.from).toBe(intervals[k]!.to);
    }
    expect(intervals[2]!.to).toBeNull();
  });

  it('turn critical into lost after 26 weeks, and back if the risk falls by itself', () => {
    expect(days(found(() => 0.8))).toEqual([
      ['critical', 0, 182],
      ['lost', 182, null],
    ]);
    const falling = found((at) => 0.9 - (at - NOW) / (2000 * DAY));
    expect(falling.map((i) => i.band)).toEqual(['critical', 'lost', 'high']);
    expect(falling[1]!.from).toBe(NOW + 182 * DAY);
    expect(Math.abs(falling[2]!.from - (NOW + 300 * DAY))).toBeLessThan(200_000);
  });

  it('begin with a jump at the very millisecond of the breakpoint', () => {
    const breach = NOW + 10 * DAY + 1;
    expect(found((at) => (at >= breach ? 0.6 : 0.1), [breach])).toEqual([
      { band: 'low', from: NOW, to: breach },
      { band: 'high', from: breach, to: null },
    ]);
  });

  it('are seen where the risk dips between two times that are looked at', () => {
    const dip = (at: number) => {
      const d = (at - NOW) / DAY - 250;
      return 0.52 - 0.05 * Math.exp(-(d * d) / 800);
    };
    const intervals = found(dip);
    expect(intervals.map((i) => i.band)).toEqual(['high', 'medium', 'high']);
    const half = Math.sqrt(800 * Math.log(0.05 / 0.0200005));
    expect(Math.abs((intervals[1]!.from - NOW) / DAY - (250 - half))).toBeLessThan(0.001);
    expect(Math.abs((intervals[1]!.to! - NOW) / DAY - (250 + half))).toBeLessThan(0.001);
  });

  it('agree with the score at any time, for customers of all kinds', () => {
    let evaluations = 0;
    let searches = 0;
    fc.assert(
      fc.property(customers(), ({ inputs, breakpoints }) => {
        const { excessAt, excessBetween } = excessOverTime(inputs, context);
        const counted = (at: number) => {
          evaluations++;
          return excessAt(at);
        };
        searches++;
        const anniversaries = inputs.contract
          ? [1, 2, 3].map((y) => yearsAfter(inputs.contract!.startedAt, y))
          : [];
        const ahead = {
          excessAt: counted,
          from: NOW,
          until: NOW + 730 * DAY,
          breakpoints: [...breakpoints, ...anniversaries],
          edges,
          lostAfterWeeks: 26,
        };
        const intervals = bandIntervals(ahead);
        expectContiguous(intervals);
        expect(bandIntervals({ ...ahead, excessAt, excessBetween })).toEqual(intervals);
        for (let at = NOW; at < NOW + 730 * DAY; at += 29 * 3_600_001) {
          const { band } = intervalAt(intervals, at)!;
          const near = intervals.some((i) => Math.abs(i.from - at) <= 1000);
          if (!near)
            expect(band === 'lost' ? 'critical' : band).toBe(churnBand(excessAt(at), DEFAULT_POLICY));
        }
      }),
      { numRuns: 150 },
    );
    expect(evaluations / searches).toBeLessThan(90);
  });

  it('need no look where the score cannot leave a band: it lies in the range between any two times', () => {
    const days = fc.tuple(fc.integer({ min: 0, max: 9_000 }), fc.integer({ min: 0, max: 2_000 }));
    fc.assert(
      fc.property(customers(), days, fc.nat(100), ({ inputs }, [day, length], percent) => {
        const { excessAt, excessBetween } = excessOverTime(inputs, context);
        const [from, to] = [NOW + day * DAY, NOW + (day + length) * DAY];
        const [least, most] = excessBetween(from, to);
        const excess = excessAt(Math.round(from + ((to - from) * percent) / 100));
        expect(excess).toBeGreaterThanOrEqual(least - 1e-12);
        expect(excess).toBeLessThanOrEqual(most + 1e-12);
      }),
      { numRuns: 2_000 },
    );
  });

  it('change no more for a customer of one purchase once lost', () => {
    const purchases = { first: NOW, last: NOW, x: 0 };
    const intervals = churnIntervals({ purchases, ...SIGNALLESS }, context, NOW, []);
    expect(intervals.map((i) => i.band)).toEqual(['low', 'medium', 'high', 'critical', 'lost']);
    expect(intervals.at(-1)!.to).toBeNull();
    expect(intervals.at(-1)!.from).toBeLessThan(NOW + BAND_HORIZON);
  });

  it('step down at a contract’s anniversaries, and end with the contract', () => {
    const contract = { startedAt: NOW, endedAt: null };
    const intervals = churnIntervals({ contract, ...SIGNALLESS }, context, NOW, []);
    expect(intervals).toEqual([
      { band: 'medium', from: NOW, to: yearsAfter(NOW, 1) },
      { band: 'low', from: yearsAfter(NOW, 1), to: null },
    ]);
    const left = { contract: { startedAt: NOW - WEEK, endedAt: NOW }, ...SIGNALLESS };
    expect(churnIntervals(left, context, NOW, [])).toEqual([{ band: 'lost', from: NOW, to: null }]);
  });

  it('have no interval before silence begins', () => {
    expect(intervalAt([{ band: 'low', from: NOW, to: null }], NOW - 1)).toBeUndefined();
  });
});

function yearsAfter(at: number, years: number): number {
  const date = new Date(at);
  return date.setUTCFullYear(date.getUTCFullYear() + years);
}

function expectContiguous(intervals: readonly BandInterval[]): void {
  expect(intervals[0]!.from).toBe(NOW);
  intervals.forEach((interval, i) => {
    expect(interval.to).toBe(intervals[i + 1]?.from ?? null);
    if (i > 0) expect(interval.band).not.toBe(intervals[i - 1]!.band);
    if (interval.to !== null) expect(interval.to).toBeGreaterThan(interval.from);
  });
}

/** Customers with purchases, contracts or neither, fresh and old signals, open issues that breach later. */
function customers(): fc.Arbitrary<{ inputs: ChurnInputs; breakpoints: number[] }> {
  const behaviour = fc.oneof(
    fc
      .record({ x: fc.nat(60), span: fc.integer({ min: 1, max: 900 }), ago: fc.nat(200) })
      .map(({ x, span, ago }) => ({
        purchases: { first: NOW - (ago + (x === 0 ? 0 : span)) * DAY, last: NOW - ago * DAY, x },
      })),
    fc.nat(1500).map((ago) => ({ contract: { startedAt: NOW - ago * DAY, endedAt: null } })),
    fc.constant({}),
  );
  const signals = fc.array(
    fc.record({
      signal: fc.constantFrom<Signal>(...SIGNALS),
      ago: fc.nat(120),
      count: fc.integer({ min: 1, max: 4 }),
    }),
    { maxLength: 5 },
  );
  const breaches = fc.array(fc.integer({ min: 1, max: 400 * 86_400 }), { maxLength: 3 });
  return fc.tuple(behaviour, signals, breaches).map(([known, given, seconds]) => {
    const breakpoints = seconds.map((s) => NOW + s * 1000);
    const halfLife = (signal: Signal) => DEFAULT_POLICY.signals[signal].halfLifeDays;
    const sums = given.map(({ signal, ago, count }) => ({
      signal,
      sum: addDecayed(undefined, NOW - ago * DAY, count, halfLife(signal)),
    }));
    const levels = (asOf: number) => {
      const result: { [signal in Signal]?: number } = {
        breachedIssue: breakpoints.filter((b) => b <= asOf).length,
      };
      for (const { signal, sum } of sums) {
        result[signal] = (result[signal] ?? 0) + decayedAt(sum, asOf, halfLife(signal));
      }
      return result;
    };
    const addedSignals = (from: number, to: number) => ({
      breachedIssue: breakpoints.filter((b) => b > from && b <= to).length,
    });
    return { inputs: { ...known, signals: levels, addedSignals }, breakpoints };
  });
}
