import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatTime, parseTime } from './time.js';

const instant = fc
  .date({ min: new Date('0100-01-02T00:00:00Z'), max: new Date('9999-12-30T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.getTime());

describe('a time', () => {
  it('is read as it is written', () => {
    fc.assert(
      fc.property(instant, (millis) => {
        expect(parseTime(formatTime(millis))).toBe(millis);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is read as ECMAScript reads it, whatever its offset', () => {
    const offset = fc.tuple(
      fc.constantFrom('+', '-'),
      fc.integer({ min: 0, max: 23 }),
      fc.integer({ min: 0, max: 59 }),
    );
    const two = (value: number) => String(value).padStart(2, '0');
    fc.assert(
      fc.property(instant, offset, (millis, [sign, hours, minutes]) => {
        const text = `${formatTime(millis).slice(0, -1)}${sign}${two(hours)}:${two(minutes)}`;
        expect(parseTime(text)).toBe(Date.parse(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('may have any number of digits up to nine, of which three count', () => {
    const at = Date.UTC(2026, 0, 31, 10);
    expect(
      ['', '.1', '.12', '.123', '.1239', '.123999999'].map((digits) =>
        parseTime(`2026-01-31T10:00:00${digits}Z`),
      ),
    ).toEqual([at, at + 100, at + 120, at + 123, at + 123, at + 123]);
  });

  it('counts a leap second as the second after', () => {
    expect(parseTime('2016-12-31T23:59:60Z')).toBe(Date.UTC(2017, 0, 1));
  });

  it('may be written with small letters', () => {
    expect(parseTime('2026-01-31t10:00:00z')).toBe(Date.UTC(2026, 0, 31, 10));
  });

  it.each([
    '2026-01-31T10:00:00',
    '2026-01-31 10:00:00Z',
    '2026-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-10T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-01-31T24:00:00Z',
    '2026-01-31T10:60:00Z',
    '2026-01-31T10:00:61Z',
    '2026-01-31T10:00:00+24:00',
    '2026-01-31T10:00:00+01:60',
    '2026-01-31T10:00:00.Z',
    '2026-01-31T10:00:00.1234567890Z',
    '0099-01-01T00:00:00Z',
    '2026-1-31T10:00:00Z',
    ' 2026-01-31T10:00:00Z',
    '2026-01-31T10:00:00Z\n',
    '',
  ])('is not %j', (text) => {
    expect(parseTime(text)).toBeUndefined();
  });

  it('knows the leap days of the centuries', () => {
    expect(parseTime('2000-02-29T00:00:00Z')).toBe(Date.UTC(2000, 1, 29));
    expect(parseTime('2024-02-29T00:00:00Z')).toBe(Date.UTC(2024, 1, 29));
  });
});
