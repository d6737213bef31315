import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DEFAULT_MODEL } from './model.js';
import {
  contractAnniversaries,
  contractYear,
  contractYears,
  sbgCancelledIn,
  sbgHazard,
  sbgRisk,
} from './sbg.js';

const REGULAR = DEFAULT_MODEL.sbg;
const at = (text: string) => Date.parse(text);

describe('sBG', () => {
  it('gives the retention of the regular segment (Fader & Hardie 2007: 63.1 % and 46.8 % after one and two years)', () => {
    const survival = [1, 2].map(
      (t) => 1 - [...Array(t).keys()].reduce((s, k) => s + sbgCancelledIn(REGULAR, k + 1), 0),
    );
    // The paper shows the actual shares; the model's first two come within a point of them.
    expect(Math.abs(survival[0]! - 0.631)).toBeLessThan(0.01);
    expect(Math.abs(survival[1]! - 0.468)).toBeLessThan(0.01);
  });

  it('has a hazard that is the share of those still there, and falls', () => {
    let surviving = 1;
    for (let t = 1; t <= 30; t++) {
      expect(sbgCancelledIn(REGULAR, t) / surviving).toBeCloseTo(sbgHazard(REGULAR, t), 12);
      expect(sbgHazard(REGULAR, t + 1)).toBeLessThan(sbgHazard(REGULAR, t));
      surviving -= sbgCancelledIn(REGULAR, t);
    }
  });

  it('has the risk of the whole year over 52 weeks, and of both halves together', () => {
    expect(sbgRisk(REGULAR, 1, 52)).toBeCloseTo(0.704 / 1.886, 12);
    const half = sbgRisk(REGULAR, 1, 26);
    expect(1 - (1 - half) * (1 - half)).toBeCloseTo(sbgRisk(REGULAR, 1, 52), 12);
  });

  it('counts years by anniversaries of the calendar', () => {
    const start = at('2023-03-15T10:00:00Z');
    expect(contractYear(start, start)).toBe(1);
    expect(contractYear(start, at('2024-03-15T09:59:59.999Z'))).toBe(1);
    expect(contractYear(start, at('2024-03-15T10:00:00Z'))).toBe(2);
    expect(contractYear(start, at('2026-01-01T00:00:00Z'))).toBe(3);
    expect(contractYear(start, start - 1)).toBe(1);
    expect(contractYear(at('2024-02-29T00:00:00Z'), at('2025-02-28T23:59:59Z'))).toBe(1);
    expect(contractYear(at('2024-02-29T00:00:00Z'), at('2025-03-01T00:00:00Z'))).toBe(2);
  });

  it('counts the same years at many times, in any order', () => {
    const time = fc.integer({ min: at('2019-06-01T00:00:00Z'), max: at('2031-01-01T00:00:00Z') });
    const start = fc.oneof(time, fc.constant(at('2024-02-29T00:00:00Z')));
    fc.assert(
      fc.property(start, fc.array(time), (startedAt, times) => {
        const yearAt = contractYears(startedAt);
        const edges = contractAnniversaries(startedAt, startedAt, at('2031-01-01T00:00:00Z'));
        for (const asOf of [...times, ...edges.flatMap((edge) => [edge, edge - 1])])
          expect(yearAt(asOf)).toBe(contractYear(startedAt, asOf));
      }),
    );
  });

  it('names the anniversaries ahead', () => {
    const start = at('2023-03-15T10:00:00Z');
    const ahead = contractAnniversaries(start, at('2024-03-15T10:00:00Z'), at('2026-12-31T00:00:00Z'));
    expect(ahead.map((t) => new Date(t).toISOString())).toEqual([
      '2025-03-15T10:00:00.000Z',
      '2026-03-15T10:00:00.000Z',
    ]);
  });
});
