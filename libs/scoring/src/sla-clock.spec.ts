import { WEEKDAYS, type Weekday } from '#journey';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ALWAYS_OPEN, type BusinessHours } from './business-hours.js';
import { DAY, HOUR } from './duration.js';
import { afterOpen, openBetween } from './open-time.js';
import { activate, fulfil, isBreached, pause, resume, retarget, usedAt } from './sla-clock.js';

const at = (text: string) => Date.parse(text);
const iso = (millis: number | null) => (millis === null ? null : new Date(millis).toISOString());
const WORKDAYS = WEEKDAYS.slice(0, 5);

function hours(zone: string, days: readonly Weekday[], from: string, to: string, holidays: string[] = []) {
  const value: BusinessHours = {
    version: 'test@1',
    zone,
    weekly: days.map((day) => ({ day, from, to })),
    holidays,
  };
  return () => value;
}
const always = () => ALWAYS_OPEN;
const office = (zone: string, holidays: string[] = []) => hours(zone, WORKDAYS, '09:00', '17:00', holidays);

describe('business hours', () => {
  it('carry what is left of Friday’s hour over to Monday', () => {
    // 20 November 2026 is a Friday.
    for (const [zone, created, breach] of [
      ['UTC', '2026-11-20T16:30:00Z', '2026-11-23T09:30:00.000Z'],
      ['Europe/Berlin', '2026-11-20T15:30:00Z', '2026-11-23T08:30:00.000Z'],
      ['America/New_York', '2026-11-20T21:30:00Z', '2026-11-23T14:30:00.000Z'],
      ['Asia/Kathmandu', '2026-11-20T10:45:00Z', '2026-11-23T03:45:00.000Z'],
    ] as const) {
      expect(iso(activate(at(created), 3600, office(zone)).breachAt)).toBe(breach);
    }
  });

  it('wait for the next opening when created while closed, and skip holidays', () => {
    const from = at('2026-12-24T20:00:00Z');
    expect(iso(afterOpen(from, HOUR, office('UTC')))).toBe('2026-12-25T10:00:00.000Z');
    expect(iso(afterOpen(from, HOUR, office('UTC', ['2026-12-25'])))).toBe('2026-12-28T10:00:00.000Z');
  });

  it('end exactly at closing time when the target does', () => {
    expect(iso(afterOpen(at('2026-11-20T16:00:00Z'), HOUR, office('UTC')))).toBe('2026-11-20T17:00:00.000Z');
    expect(afterOpen(at('2026-11-21T12:00:00Z'), 0, office('UTC'))).toBe(at('2026-11-21T12:00:00Z'));
  });

  it.each(['24:00', '23:59', '00:00'])('lose no minute at midnight when the day ends at %s', (to) => {
    const round = hours('UTC', WEEKDAYS, '00:00', to);
    const from = at('2026-11-20T22:00:00Z');
    expect(iso(afterOpen(from, 72 * HOUR, round))).toBe('2026-11-23T22:00:00.000Z');
    expect(openBetween(from, from + 30 * DAY, round)).toBe(30 * DAY);
  });

  it('have days of 23 and of 25 hours where clocks change', () => {
    const round = hours('Europe/Berlin', WEEKDAYS, '00:00', '24:00');
    const spring = at('2026-03-28T23:00:00Z');
    const autumn = at('2026-10-24T22:00:00Z');
    // Open round the clock, no hour is lost or won: the instants count.
    expect(openBetween(spring, spring + 24 * HOUR, round)).toBe(24 * HOUR);
    expect(openBetween(autumn, autumn + 24 * HOUR, round)).toBe(24 * HOUR);
    // Open from midnight to eight by the wall, there are seven hours in spring and nine in autumn.
    const nights = hours('Europe/Berlin', WEEKDAYS, '00:00', '08:00');
    expect(openBetween(spring, spring + 20 * HOUR, nights)).toBe(7 * HOUR);
    expect(openBetween(autumn, autumn + 20 * HOUR, nights)).toBe(9 * HOUR);
  });

  it('keep to the wall over the change: nine o’clock is nine o’clock', () => {
    const sunday = hours('Europe/Berlin', ['sunday'], '09:00', '10:00');
    expect(iso(afterOpen(at('2026-03-28T12:00:00Z'), HOUR, sunday))).toBe('2026-03-29T08:00:00.000Z');
    expect(iso(afterOpen(at('2026-10-24T12:00:00Z'), HOUR, sunday))).toBe('2026-10-25T09:00:00.000Z');
  });

  it('take an hour that the clocks leave out as the one after it', () => {
    const gap = hours('Europe/Berlin', ['sunday'], '02:30', '05:00');
    // 02:30 does not exist on 29 March: the wall jumps from 02:00 to 03:00, which is 01:00 UTC.
    expect(openBetween(at('2026-03-29T00:00:00Z'), at('2026-03-29T12:00:00Z'), gap)).toBe(1.5 * HOUR);
    expect(iso(afterOpen(at('2026-03-29T00:00:00Z'), 1, gap))).toBe('2026-03-29T01:30:00.001Z');
  });

  it('survive a day that a zone left out altogether, and a midnight that does not exist', () => {
    // Samoa went from 29 to 31 December 2011; in Beirut midnight of 26 March 2023 or 30 March 2025 was one o'clock.
    const samoa = hours('Pacific/Apia', WEEKDAYS, '00:00', '24:00');
    const from = at('2011-12-28T12:00:00Z');
    expect(openBetween(from, from + 6 * DAY, samoa)).toBe(6 * DAY);
    const beirut = hours('Asia/Beirut', WEEKDAYS, '00:00', '24:00');
    expect(openBetween(at('2025-03-28T00:00:00Z'), at('2025-04-02T00:00:00Z'), beirut)).toBe(5 * DAY);
  });

  it('run past midnight where they close before they open, and count overlaps once', () => {
    const night = hours('UTC', ['friday'], '22:00', '06:00');
    expect(openBetween(at('2026-11-20T00:00:00Z'), at('2026-11-22T00:00:00Z'), night)).toBe(8 * HOUR);
    const twice = (): BusinessHours => ({
      version: 'test@1',
      zone: 'UTC',
      weekly: [
        { day: 'friday', from: '09:00', to: '13:00' },
        { day: 'friday', from: '12:00', to: '17:00' },
      ],
      holidays: [],
    });
    const both = twice();
    expect(openBetween(at('2026-11-20T00:00:00Z'), at('2026-11-21T00:00:00Z'), () => both)).toBe(8 * HOUR);
  });

  it('never breach where they never open', () => {
    const closed = hours('UTC', [], '09:00', '17:00');
    expect(activate(at('2026-11-20T00:00:00Z'), 60, closed).breachAt).toBeNull();
  });

  it('change at midnight when others come into force', () => {
    const [before, after] = [office('UTC')(), hours('UTC', WEEKDAYS, '12:00', '13:00')()];
    const change = at('2026-11-23T00:00:00Z');
    const inForce = (t: number) => (t < change ? before : after);
    expect(iso(afterOpen(at('2026-11-20T16:30:00Z'), HOUR, inForce))).toBe('2026-11-23T12:30:00.000Z');
  });

  it('agree both ways: after so much open time, so much has been open', () => {
    const zones = ['UTC', 'Europe/Berlin', 'America/Sao_Paulo', 'Australia/Lord_Howe', 'Asia/Kathmandu'].map(
      (zone) => office(zone, ['2026-12-25', '2027-01-01']),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: at('2015-01-01T00:00:00Z'), max: at('2027-12-31T00:00:00Z') }),
        fc.integer({ min: 1, max: 60 * HOUR }),
        fc.constantFrom(...zones),
        (from, open, inForce) => {
          const due = afterOpen(from, open, inForce)!;
          expect(openBetween(from, due, inForce)).toBe(open);
          expect(openBetween(from, due - 1, inForce)).toBe(open - 1);
        },
      ),
    );
  });
});

describe('an SLA clock', () => {
  const start = at('2026-11-20T08:00:00Z');
  const plus = (h: number) => start + h * HOUR;

  it('breaches when its time is used up, and not a millisecond before', () => {
    const clock = activate(start, 4 * 3600, always);
    expect(clock.breachAt).toBe(plus(4));
    expect(isBreached(clock, plus(4) - 1)).toBe(false);
    expect(isBreached(clock, plus(4))).toBe(true);
  });

  it('stands still while paused', () => {
    const paused = pause(activate(start, 4 * 3600, always), plus(3), always);
    expect(paused.breachAt).toBeNull();
    expect(isBreached(paused, plus(100))).toBe(false);
    const running = resume(paused, plus(50), always);
    expect(running.breachAt).toBe(plus(51));
    expect(usedAt(running, plus(50.5), always)).toBe(3.5 * HOUR);
  });

  it('stops at the end for good: kept stays kept, broken stays broken', () => {
    const kept = fulfil(activate(start, 4 * 3600, always), plus(3), always);
    expect(kept.breachAt).toBeNull();
    expect(isBreached(kept, plus(1000))).toBe(false);
    const broken = fulfil(activate(start, 4 * 3600, always), plus(6), always);
    expect(broken.breachAt).toBe(plus(4));
    for (const change of [pause, resume, fulfil]) {
      expect(change(kept, plus(9), always)).toEqual(kept);
      expect(change(broken, plus(9), always)).toEqual(broken);
    }
  });

  it('stays broken through a pause and a new target', () => {
    const broken = pause(activate(start, 3600, always), plus(2), always);
    expect(broken.breachAt).toBe(plus(1));
    expect(resume(broken, plus(3), always).breachAt).toBe(plus(1));
    expect(retarget(broken, plus(3), 100 * 3600, always).breachAt).toBe(plus(1));
  });

  it('takes a new target from the beginning of its spell, and breaches at once where that is used up', () => {
    const clock = activate(start, 24 * 3600, always);
    expect(retarget(clock, plus(2), 8 * 3600, always).breachAt).toBe(plus(8));
    expect(retarget(clock, plus(10), 8 * 3600, always).breachAt).toBe(plus(10));
    expect(retarget(clock, plus(10), 72 * 3600, always).breachAt).toBe(plus(72));
    const paused = pause(clock, plus(2), always);
    expect(retarget(paused, plus(5), 8 * 3600, always).breachAt).toBeNull();
    expect(retarget(paused, plus(5), 3600, always).breachAt).toBe(plus(5));
    expect(resume(retarget(paused, plus(5), 8 * 3600, always), plus(20), always).breachAt).toBe(plus(26));
  });

  it('uses open hours only', () => {
    const open = office('UTC');
    const clock = pause(activate(at('2026-11-20T16:30:00Z'), 3600, open), at('2026-11-22T12:00:00Z'), open);
    expect(clock.used).toBe(HOUR / 2);
    expect(iso(resume(clock, at('2026-11-23T15:45:00Z'), open).breachAt)).toBe('2026-11-23T16:15:00.000Z');
  });
});
