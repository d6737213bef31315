import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type ChurnInputs, churnDue, churnScore, excessDrift, nextBandAt } from './churn-score.js';
import { addDecayed } from './decay.js';
import { DEFAULT_POLICY } from './default-policy.js';
import { constant, type Drift, mapped, monotone, sumOf } from './drift.js';
import { dueAfter, HUNDREDTHS, round2, unchangedBefore } from './due.js';
import { DAY, WEEK } from './duration.js';
import {
  loyaltyAt,
  loyaltyDrift,
  loyaltyDue,
  type LoyaltyInputs,
  nextLoyaltyBandAt,
} from './loyalty-drift.js';
import { DEFAULT_MODEL } from './model.js';
import { type Signal, SIGNALS } from './policy.js';
import { issuePressure, pressureDue } from './pressure.js';
import { DEFAULT_SLA } from './sla-policy.js';

const context = { policy: DEFAULT_POLICY, model: DEFAULT_MODEL };
const NOW = Date.parse('2026-03-01T08:30:17.123Z');
const QUARTERS = { edges: [250_000, 500_000, 750_000] };

describe('the next change of a published score', () => {
  it('is at the millisecond at which the rounding steps: half a step, and half a millionth, before the edge', () => {
    // One thousandth a day: .005 is reached after 5 days; published numbers round to millionths first.
    const rising = monotone((at) => (at - NOW) / (1000 * DAY));
    expect(dueAfter(rising, HUNDREDTHS, NOW)).toBe(Math.ceil(NOW + (0.005 - 0.5e-6) * 1000 * DAY));
    expect(dueAfter(rising, QUARTERS, NOW)).toBe(Math.ceil(NOW + (0.25 - 0.5e-6) * 1000 * DAY));
    const falling = mapped(rising, (value) => 1 - value);
    // Halves round upward: a falling score leaves .75 only below .7499995.
    const below = NOW + (0.25 + 0.5e-6) * 1000 * DAY;
    expect(Math.abs(dueAfter(falling, QUARTERS, NOW)! - below)).toBeLessThanOrEqual(1);
  });

  it('is at the very millisecond of a jump, and not at one that changes nothing', () => {
    const jump = NOW + 10 * DAY + 1;
    const jumping = (to: number) => monotone((at) => (at >= jump ? to : 0.1));
    expect(dueAfter(jumping(0.6), HUNDREDTHS, NOW)).toBe(jump);
    expect(dueAfter(jumping(0.6), HUNDREDTHS, jump - 1)).toBe(jump);
    expect(dueAfter(jumping(0.1000001), HUNDREDTHS, NOW)).toBeNull();
    expect(dueAfter(jumping(0.6), HUNDREDTHS, NOW, jump - 1)).toBeNull();
  });

  it('is seen where the score dips between two times that are looked at', () => {
    // Falls by .05 around day 250 and comes back: from .52 below .495 and above .505 again.
    const slope = (at: number, day: number) => 1 / (1 + Math.exp(-((at - NOW) / DAY - day) / 2));
    const dip = sumOf([
      monotone((at) => 0.52 - 0.05 * slope(at, 240)),
      monotone((at) => 0.05 * slope(at, 260)),
    ]);
    const found = dueAfter(dip, HUNDREDTHS, NOW)!;
    expect(round2(dip.valueAt(found - 1))).toBe(0.52);
    expect(round2(dip.valueAt(found))).toBe(0.51);
    expect((found - NOW) / DAY).toBeCloseTo(240 + 2 * Math.log(0.1 / 0.9), 2);
  });

  it('of a customer is never late: nothing changes before, and the band is another at its own due time', () => {
    fc.assert(
      fc.property(customers(), fc.nat(400), fc.array(fc.nat(10_000)), (inputs, day, looks) => {
        const asOf = NOW + day * DAY;
        const row = (at: number) => {
          const { band, excess } = churnScore(inputs, at, context);
          return `${band} ${round2(excess)}`;
        };
        const due = churnDue(inputs, asOf, context);
        const end = due ?? asOf + 40_000 * DAY;
        expect(end).toBeGreaterThan(asOf);
        expect(row(end - 1)).toBe(row(asOf));
        for (const look of looks)
          expect(row(asOf + Math.floor(((end - 1 - asOf) * look) / 10_000))).toBe(row(asOf));
        const band = nextBandAt(inputs, asOf, context);
        if (band === null) {
          for (const year of [1, 3, 10, 100]) {
            const later = churnScore(inputs, asOf + year * 365 * DAY, context).band;
            expect(later).toBe(churnScore(inputs, asOf, context).band);
          }
        } else {
          expect(churnScore(inputs, band - 1, context).band).toBe(churnScore(inputs, asOf, context).band);
          expect(churnScore(inputs, band, context).band).not.toBe(churnScore(inputs, asOf, context).band);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('of loyalty and of an issue’s pressure likewise', () => {
    fc.assert(
      fc.property(loyalties(), fc.nat(400), fc.nat(9_999), (inputs, day, look) => {
        const asOf = NOW + day * DAY;
        const score = (at: number) => loyaltyAt(inputs, at, context).score;
        const row = (at: number) => `${loyaltyAt(inputs, at, context).band} ${round2(score(at) ?? -1)}`;
        const due = loyaltyDue(inputs, asOf, context);
        const end = due ?? asOf + 40_000 * DAY;
        expect(row(asOf + Math.floor(((end - 1 - asOf) * look) / 10_000))).toBe(row(asOf));
        const band = nextLoyaltyBandAt(inputs, asOf, context);
        if (band !== null) expect(row(band).split(' ')[0]).not.toBe(row(band - 1).split(' ')[0]);
      }),
      { numRuns: 300 },
    );
    const issue = { severity: 'high', openedAt: NOW, contacts: 3, reopens: 1 } as const;
    const pressure = (at: number) => round2(issuePressure(issue, at, DEFAULT_SLA, DEFAULT_POLICY));
    let changes = 0;
    for (let at: number | null = NOW; at !== null; changes++) {
      const due: number | null = pressureDue(issue, at, DEFAULT_SLA, DEFAULT_POLICY);
      if (due !== null) expect(pressure(due)).not.toBe(pressure(due - 1));
      at = due;
    }
    // 2 · (1 + ¼·2 + ½) = 4.00, one hundredth at a time.
    expect(changes).toBe(401);
  });

  it('is found exactly, but for few customers whose parts nearly cancel', () => {
    let early = 0;
    let changes = 0;
    fc.assert(
      fc.property(customers(), fc.nat(400), (inputs, day) => {
        const asOf = NOW + day * DAY;
        const excess = excessDrift(inputs, context);
        const due = dueAfter(excess, HUNDREDTHS, asOf);
        if (due === null) return;
        changes++;
        if (round2(excess.valueAt(due)) === round2(excess.valueAt(asOf))) early++;
      }),
      { numRuns: 500, seed: 7 },
    );
    expect(changes).toBeGreaterThan(300);
    expect(early / changes).toBeLessThan(0.1);
    expect(dueAfter(constant(0.3), HUNDREDTHS, NOW)).toBeNull();
  });

  it('10: is found behind a time at which the score all but touches the edge of its band', () => {
    // Good and bad signals fade against each other: the excess falls to .3521637, which is shown as .352164, and rises again.
    const breach = NOW + 242 * DAY;
    const inputs: ChurnInputs = {
      purchases: { first: NOW - 893 * DAY, last: NOW, x: 1 },
      signals: {
        missedPromise: { z: 3, at: NOW - 57 * DAY },
        positiveFeedback: { z: 1, at: NOW - 38 * DAY },
        negativeFeedback: { z: 2, at: NOW - 19 * DAY },
      },
      breaches: [[breach, 'i-1']],
      promises: [],
      openIssues: 1,
    };
    const churnBands = { ...DEFAULT_POLICY.churnBands, medium: 0.352164 };
    const touching = { ...context, policy: { ...DEFAULT_POLICY, churnBands } };
    // The breach adds .8 to the log odds: from .354 to above .5. Before it nothing changes the band.
    for (const day of [8, 200, 241]) expect(nextBandAt(inputs, NOW + day * DAY, touching)).toBe(breach);
  });

  it('is told to rows a little early, at a third of the evaluations: by three hundredths of the time or half a minute, mostly', () => {
    const counts = { changes: 0, near: 0, evaluations: 0, exactly: 0 };
    const counted = (drift: Drift, which: 'evaluations' | 'exactly'): Drift => ({
      ...drift,
      rangeBetween: (from, to) => (counts[which]++, drift.rangeBetween(from, to)),
      valueAt: (at) => (counts[which]++, drift.valueAt(at)),
    });
    fc.assert(
      fc.property(loyalties(), fc.nat(400), (inputs, day) => {
        const asOf = NOW + day * DAY;
        const drift = loyaltyDrift(inputs, context);
        if (drift === undefined) return;
        const exact = dueAfter(counted(drift, 'exactly'), HUNDREDTHS, asOf);
        const bound = unchangedBefore(counted(drift, 'evaluations'), HUNDREDTHS, asOf);
        if (exact === null) return;
        expect(bound).toBeGreaterThan(asOf);
        expect(bound).toBeLessThanOrEqual(exact);
        counts.changes++;
        if (exact - bound! <= Math.max(30_000, 0.03 * (exact - asOf))) counts.near++;
      }),
      { numRuns: 500, seed: 7 },
    );
    expect(counts.changes).toBeGreaterThan(300);
    expect(counts.near / counts.changes).toBeGreaterThan(0.85);
    expect(counts.evaluations * 3).toBeLessThan(counts.exactly);
  });

  it('A22: is found where bands overlap, as they may in a policy recorded before their order was checked', () => {
    const overlapping = { edges: [600_000, 500_000, 750_000] };
    const rising = monotone((at) => (at - NOW) / (1000 * DAY));
    const [first, second] = [600, 750].map((days) => Math.ceil(NOW + (days - 0.5e-3) * DAY));
    expect(dueAfter(rising, overlapping, NOW)).toBe(first);
    expect(dueAfter(rising, overlapping, first!)).toBe(second);
    expect(dueAfter(rising, overlapping, second!)).toBeNull();
  });

  it('costs some evaluations only, most of the time', () => {
    let evaluations = 0;
    const counted = (drift: Drift): Drift => ({
      ...drift,
      valueAt: (at) => (evaluations++, drift.valueAt(at)),
      rangeBetween: (from, to) => ((evaluations += 2), drift.rangeBetween(from, to)),
    });
    const purchases = { first: NOW - 300 * DAY, last: NOW - 3 * DAY, x: 9 };
    const drift = loyaltyDrift({ purchases }, context)!;
    expect(dueAfter(counted(drift), HUNDREDTHS, NOW)).not.toBeNull();
    expect(evaluations).toBeLessThan(25);
  });
});

/** Customers with purchases, contracts or neither, fresh and old signals, issues that breach and promises missed later. */
function customers(): fc.Arbitrary<ChurnInputs> {
  const signals = fc.array(
    fc.record({
      signal: fc.constantFrom<Signal>(...SIGNALS),
      ago: fc.nat(120),
      count: fc.integer({ min: 1, max: 4 }),
    }),
    { maxLength: 5 },
  );
  const deadlines = fc
    .array(fc.integer({ min: -50 * DAY, max: 400 * DAY }), { maxLength: 3 })
    .map((times) => times.sort((a, b) => a - b).map((ms, i) => [NOW + ms, `id-${i}`] as const));
  return fc
    .tuple(behaviours(), signals, deadlines, deadlines, fc.option(fc.nat(300), { nil: undefined }))
    .map(([known, given, breaches, promises, contact]) => {
      const sums = given.map(({ signal, ago, count }) => [
        signal,
        addDecayed(undefined, NOW - ago * DAY, count, DEFAULT_POLICY.signals[signal].halfLifeDays),
      ]);
      return {
        ...known,
        signals: Object.fromEntries(sums) as ChurnInputs['signals'],
        breaches,
        promises,
        openIssues: breaches.length,
        ...(contact !== undefined && { lastContactAt: NOW - contact * DAY }),
      };
    });
}

function behaviours() {
  return fc.oneof(
    fc
      .record({ x: fc.nat(60), span: fc.integer({ min: 1, max: 900 }), ago: fc.nat(200) })
      .map(({ x, span, ago }) => ({
        purchases: { first: NOW - (ago + (x === 0 ? 0 : span)) * DAY, last: NOW - ago * DAY, x },
      })),
    fc.nat(1500).map((ago) => ({ contract: { startedAt: NOW - ago * DAY, endedAt: null } })),
    fc.constant({}),
  );
}

function loyalties(): fc.Arbitrary<LoyaltyInputs> {
  const mean = fc
    .record({ value: fc.double({ min: 0, max: 1, noNaN: true }), weight: fc.integer({ min: 1, max: 20 }) })
    .map(({ value, weight }) => ({ sum: value * weight, weight, at: NOW - WEEK }));
  const known = fc.record(
    {
      attitude: mean,
      process: mean,
      advocacy: fc.integer({ min: -5, max: 5 }).map((z) => ({ z, at: NOW - WEEK })),
    },
    { requiredKeys: [] },
  );
  return fc.tuple(behaviours(), known).map(([behaviour, rest]) => ({ ...behaviour, ...rest }));
}
