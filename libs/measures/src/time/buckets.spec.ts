import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BUCKETS, bucketsOf, nextEdge } from './buckets.js';
import { comparedPeriod, periodOf } from './period.js';

const HOUR = 3_600_000;
const at = (text: string) => Date.parse(text);
const hoursOf = (from: string, to: string, bucket: 'day' | 'hour', zone: string) =>
  bucketsOf({ from: at(from), to: at(to) }, bucket, zone).map((one) => (one.to - one.from) / HOUR);

describe('buckets of time', () => {
  it('have 23 and 25 hours on the days on which Berlin changes its clocks', () => {
    // 2026: forward on 29 March, back on 25 October.
    expect(hoursOf('2026-03-27T23:00:00Z', '2026-03-30T22:00:00Z', 'day', 'Europe/Berlin')).toEqual([
      24, 23, 24,
    ]);
    expect(hoursOf('2026-10-23T22:00:00Z', '2026-10-26T23:00:00Z', 'day', 'Europe/Berlin')).toEqual([
      24, 25, 24,
    ]);
    expect(hoursOf('2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z', 'hour', 'Europe/Berlin')).toHaveLength(25);
  });

  it('begin at the first instant of a day that has no midnight', () => {
    // São Paulo, 4 November 2018: from 00:00 to 01:00.
    expect(nextEdge(at('2018-11-03T12:00:00Z'), 'day', 'America/Sao_Paulo')).toBe(at('2018-11-04T03:00:00Z'));
  });

  it('are weeks from Monday, and months, by the calendar of the zone', () => {
    expect(nextEdge(at('2026-11-26T10:00:00Z'), 'week', 'Asia/Tokyo')).toBe(at('2026-11-29T15:00:00Z'));
    expect(nextEdge(at('2026-01-31T20:00:00Z'), 'month', 'Asia/Tokyo')).toBe(at('2026-02-28T15:00:00Z'));
  });

  it('cover a period without gap, in any zone', () => {
    const zones = ['UTC', 'Europe/Berlin', 'Australia/Lord_Howe', 'America/St_Johns', 'Asia/Kathmandu'];
    fc.assert(
      fc.property(
        fc.constantFrom(...BUCKETS),
        fc.constantFrom(...zones),
        fc.integer({ min: 0, max: 3e12 }),
        fc.integer({ min: 1, max: 40 * 24 * HOUR }),
        (bucket, zone, from, length) => {
          const buckets = bucketsOf({ from, to: from + length }, bucket, zone);
          expect(buckets[0]!.from).toBe(from);
          expect(buckets.at(-1)!.to).toBe(from + length);
          for (const [i, one] of buckets.entries()) {
            expect(one.to).toBeGreaterThan(one.from);
            if (i > 0) expect(one.from).toBe(buckets[i - 1]!.to);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('are refused where there would be more than a thousand', () => {
    const year = { from: at('2026-01-01T00:00:00Z'), to: at('2027-01-01T00:00:00Z') };
    expect(() => bucketsOf(year, 'hour', 'UTC')).toThrow('more than 1000 buckets');
  });
});

describe('a period', () => {
  it('takes dates in its zone, and ends with the day of asOf where nothing is said', () => {
    const asOf = at('2026-03-29T10:00:00Z');
    expect(periodOf({ from: '2026-03-01', to: '2026-04-01', tz: 'Europe/Berlin' }, asOf)).toEqual({
      ...{ from: at('2026-02-28T23:00:00Z'), to: at('2026-03-31T22:00:00Z') },
    });
    expect(periodOf({ tz: 'Europe/Berlin' }, asOf).to).toBe(at('2026-03-29T22:00:00Z'));
    expect(() => periodOf({ from: '2026-02-30' }, asOf)).toThrow('from: must be a date');
    expect(() => periodOf({ from: '2026-03-02', to: '2026-03-01' }, asOf)).toThrow('before');
  });

  it('12.3: does not end in a year that RFC 3339 cannot write', () => {
    // The end of that day is in the year 10000, and in Tokyo the year 100 begins in the year 99.
    expect(() => periodOf({}, at('9999-12-31T12:00:00Z'))).toThrow('to: must keep the whole period within');
    const first = { from: '0100-01-01', to: '0100-01-02' };
    expect(() => periodOf({ ...first, tz: 'Asia/Tokyo' }, 0)).toThrow('from: must keep');
    const day = periodOf(first, 0);
    expect(() => comparedPeriod('year', day, 'UTC')).toThrow('compare: must keep');
    expect(() => comparedPeriod('previous', day, 'UTC')).toThrow('compare: must keep');
  });

  it('is compared with the calendar months before it, or a year before', () => {
    const march = periodOf({ from: '2024-03-01', to: '2024-04-01', tz: 'Europe/Berlin' }, 0);
    const february = { from: at('2024-01-31T23:00:00Z'), to: at('2024-02-29T23:00:00Z') };
    expect(comparedPeriod('previous', march, 'Europe/Berlin')).toEqual(february);
    const leapDay = { from: at('2024-02-29T00:00:00Z'), to: at('2024-03-01T00:00:00Z') };
    expect(comparedPeriod('year', leapDay, 'UTC')).toEqual({
      ...{ from: at('2023-02-28T00:00:00Z'), to: at('2023-03-01T00:00:00Z') },
    });
    expect(comparedPeriod('2024-01-01..2024-01-03', march, 'UTC')).toEqual({
      ...{ from: at('2024-01-01T00:00:00Z'), to: at('2024-01-03T00:00:00Z') },
    });
    expect(() => comparedPeriod('tomorrow', march, 'UTC')).toThrow('previous, year or FROM..TO');
  });
});
