import { WEEKDAYS, type Weekday } from '#journey';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { OpeningHours } from './business-hours.js';
import { BusinessTime, hoursHoldFrom } from './business-time.js';
import { DAY, HOUR } from './duration.js';
import { PolicyTimeline } from './policy-timeline.js';
import { activate, pause, resume } from './sla-clock.js';

const at = (text: string) => Date.parse(text);
const iso = (millis: number | null) => (millis === null ? null : new Date(millis).toISOString());
const WORKDAYS = WEEKDAYS.slice(0, 5);

function hours(zone: string, days: readonly Weekday[], from: string, to: string, holidays: string[] = []) {
  const weekly = days.map((day) => ({ day, from, to }));
  return BusinessTime.of({ version: 'test@1', zone, weekly, holidays });
}
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
    expect(iso(office('UTC').afterOpen(from, HOUR))).toBe('2026-12-25T10:00:00.000Z');
    expect(iso(office('UTC', ['2026-12-25']).afterOpen(from, HOUR))).toBe('2026-12-28T10:00:00.000Z');
  });

  it('end exactly at closing time when the target does', () => {
    expect(iso(office('UTC').afterOpen(at('2026-11-20T16:00:00Z'), HOUR))).toBe('2026-11-20T17:00:00.000Z');
    expect(office('UTC').afterOpen(at('2026-11-21T12:00:00Z'), 0)).toBe(at('2026-11-21T12:00:00Z'));
  });

  it.each(['24:00', '23:59', '00:00'])('lose no minute at midnight when the day ends at %s', (to) => {
    const round = hours('UTC', WEEKDAYS, '00:00', to);
    const from = at('2026-11-20T22:00:00Z');
    expect(iso(round.afterOpen(from, 72 * HOUR))).toBe('2026-11-23T22:00:00.000Z');
    expect(round.openBetween(from, from + 30 * DAY)).toBe(30 * DAY);
  });

  it('have days of 23 and of 25 hours where clocks change', () => {
    const round = hours('Europe/Berlin', WEEKDAYS, '00:00', '24:00');
    const spring = at('2026-03-28T23:00:00Z');
    const autumn = at('2026-10-24T22:00:00Z');
    // Open round the clock, no hour is lost or won: the instants count.
    expect(round.openBetween(spring, spring + 24 * HOUR)).toBe(24 * HOUR);
    expect(round.openBetween(autumn, autumn + 24 * HOUR)).toBe(24 * HOUR);
    // Open from midnight to eight by the wall, there are seven hours in spring and nine in autumn.
    const nights = hours('Europe/Berlin', WEEKDAYS, '00:00', '08:00');
    expect(nights.openBetween(spring, spring + 20 * HOUR)).toBe(7 * HOUR);
    expect(nights.openBetween(autumn, autumn + 20 * HOUR)).toBe(9 * HOUR);
  });

  it('keep to the wall over the change: nine o’clock is nine o’clock', () => {
    const sunday = hours('Europe/Berlin', ['sunday'], '09:00', '10:00');
    expect(iso(sunday.afterOpen(at('2026-03-28T12:00:00Z'), HOUR))).toBe('2026-03-29T08:00:00.000Z');
    expect(iso(sunday.afterOpen(at('2026-10-24T12:00:00Z'), HOUR))).toBe('2026-10-25T09:00:00.000Z');
  });

  it('A18: begin with the wall where the clocks leave the opening out', () => {
    const gap = hours('Europe/Berlin', ['sunday'], '02:30', '05:00');
    // On 29 March the wall jumps from 02:00 to 03:00, at 01:00 UTC: from its first minute on it is between 02:30 and 05:00.
    expect(gap.openBetween(at('2026-03-29T00:00:00Z'), at('2026-03-29T12:00:00Z'))).toBe(2 * HOUR);
    expect(iso(gap.afterOpen(at('2026-03-29T00:00:00Z'), 1))).toBe('2026-03-29T01:00:00.001Z');
  });

  it('A18: are closed in the minutes of a repeated hour that the wall shows before the opening', () => {
    // 2 November 2025: 01:30–02:00 EDT, not 01:00–01:30 EST, and 01:30–03:15 EST: 30 + 105 minutes.
    const night = hours('America/New_York', ['sunday'], '01:30', '03:15');
    const open = (from: string, to: string) => night.openBetween(at(from), at(to)) / 60_000;
    expect(open('2025-11-02T05:30:00Z', '2025-11-02T06:00:00Z')).toBe(30);
    expect(open('2025-11-02T06:00:00Z', '2025-11-02T06:30:00Z')).toBe(0);
    expect(open('2025-11-02T06:30:00Z', '2025-11-02T08:15:00Z')).toBe(105);
    expect(open('2025-11-02T00:00:00Z', '2025-11-03T00:00:00Z')).toBe(135);
    expect(iso(night.afterOpen(at('2025-11-02T05:45:00Z'), 30 * 60_000))).toBe('2025-11-02T06:45:00.000Z');
  });

  it('A18: are those of the wall minute by minute, wherever clocks change', () => {
    fc.assert(
      fc.property(changesOfClocks(), schedule(), ({ zone, near }, weekly) => {
        const wall = new MinuteWall(zone, weekly);
        const time = BusinessTime.of({ version: 'test@1', zone, weekly, holidays: [] });
        const from = near - 30 * HOUR;
        let open = 0;
        for (let minute = from; minute < near + 30 * HOUR; minute += 60_000) {
          const now = wall.isOpen(minute);
          expect(time.openBetween(minute, minute + 60_000)).toBe(now ? 60_000 : 0);
          if (now) open += 60_000;
          if (now) expect(time.afterOpen(from, open)).toBe(minute + 60_000);
        }
        expect(time.openBetween(from, near + 30 * HOUR)).toBe(open);
      }),
      { numRuns: 12 },
    );
  });

  it('C7: are reckoned in whole weeks, centuries ahead as well', () => {
    // A minute a week, Mondays at noon in Berlin, for 300 years: by Python's datetime 109,572 days, so the Mondays of
    // weeks 0 to 15,653, the last of them 2326-01-04, in winter time.
    const minute = hours('Europe/Berlin', ['monday'], '12:00', '12:01');
    const from = at('2026-01-05T09:00:00Z');
    expect(minute.openBetween(from, at('2326-01-05T09:00:00Z')) / 60_000).toBe(15_654);
    expect(iso(minute.afterOpen(from, 15_654 * 60_000))).toBe('2326-01-04T11:01:00.000Z');
    // And 300 years back, from another Monday (local mean time, 53 min 28 s ahead), to this one, before it opens.
    expect(minute.openBetween(at('1726-01-07T00:00:00Z'), from) / 60_000).toBe(15_653);
    expect(iso(minute.afterOpen(at('1726-01-07T00:00:00Z'), 60_000))).toBe('1726-01-07T11:07:32.000Z');
    // What would take longer than dates can be written is never.
    expect(minute.afterOpen(from, 500_000 * 60_000)).toBeNull();
  });

  it('survive a day that a zone left out altogether, and a midnight that does not exist', () => {
    // Samoa went from 29 to 31 December 2011; in Beirut midnight of 26 March 2023 or 30 March 2025 was one o'clock.
    const samoa = hours('Pacific/Apia', WEEKDAYS, '00:00', '24:00');
    const from = at('2011-12-28T12:00:00Z');
    expect(samoa.openBetween(from, from + 6 * DAY)).toBe(6 * DAY);
    const beirut = hours('Asia/Beirut', WEEKDAYS, '00:00', '24:00');
    expect(beirut.openBetween(at('2025-03-28T00:00:00Z'), at('2025-04-02T00:00:00Z'))).toBe(5 * DAY);
  });

  it('run past midnight where they close before they open, and count overlaps once', () => {
    const night = hours('UTC', ['friday'], '22:00', '06:00');
    expect(night.openBetween(at('2026-11-20T00:00:00Z'), at('2026-11-22T00:00:00Z'))).toBe(8 * HOUR);
    const both = BusinessTime.of({
      version: 'test@1',
      zone: 'UTC',
      weekly: [
        { day: 'friday', from: '09:00', to: '13:00' },
        { day: 'friday', from: '12:00', to: '17:00' },
      ],
      holidays: [],
    });
    expect(both.openBetween(at('2026-11-20T00:00:00Z'), at('2026-11-21T00:00:00Z'))).toBe(8 * HOUR);
  });

  it('never breach where they never open', () => {
    const closed = hours('UTC', [], '09:00', '17:00');
    expect(activate(at('2026-11-20T00:00:00Z'), 60, closed).breachAt).toBeNull();
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
          const due = inForce.afterOpen(from, open)!;
          expect(inForce.openBetween(from, due)).toBe(open);
          expect(inForce.openBetween(from, due - 1)).toBe(open - 1);
        },
      ),
    );
  });
});

describe('A15: business hours that change', () => {
  // Wednesday 25 November 2026, 10:00 in Berlin: 9–17 becomes 9–20.
  const effectiveFrom = at('2026-11-25T09:00:00Z');
  const hoursOf = (to: string) => ({
    version: 'test@1',
    zone: 'Europe/Berlin',
    weekly: WORKDAYS.map((day) => ({ day, from: '09:00', to })),
    holidays: [],
  });
  const [before, after] = [hoursOf('17:00'), hoursOf('20:00')];
  const time = new BusinessTime(
    new PolicyTimeline([
      { from: null, id: 'a', value: before },
      { from: hoursHoldFrom(after, effectiveFrom), id: 'b', value: after },
    ]),
  );

  it('hold from the next local midnight on, for every clock, paused in between or not', () => {
    const target = 8 * 3600;
    const breach = (raised: string) => iso(activate(at(raised), target, time).breachAt);
    // Wednesday 9:30 to 17:00 are 7½ hours, then half an hour from Thursday 9:00 on.
    expect(breach('2026-11-25T08:30:00Z')).toBe('2026-11-26T08:30:00.000Z');
    const paused = pause(
      activate(at('2026-11-25T08:30:00Z'), target, time),
      at('2026-11-25T11:00:00Z'),
      time,
    );
    expect(iso(resume(paused, at('2026-11-25T11:01:00Z'), time).breachAt)).toBe('2026-11-26T08:31:00.000Z');
    // Wednesday 12:00 to 17:00 are 5 hours, then 3 on Thursday.
    expect(breach('2026-11-25T11:00:00Z')).toBe('2026-11-26T11:00:00.000Z');
    // From Thursday on the day is 11 hours long.
    expect(breach('2026-11-26T10:00:00Z')).toBe('2026-11-26T18:00:00.000Z');
  });

  it('hold at once where they are published for the beginning of a day on their own wall', () => {
    const midnight = at('2026-11-24T23:00:00Z');
    expect(hoursHoldFrom(after, midnight)).toBe(midnight);
    expect(hoursHoldFrom(after, midnight + 1)).toBe(midnight + DAY);
    expect(hoursHoldFrom(after, effectiveFrom)).toBe(midnight + DAY);
    // A day of 25 hours, a midnight that clocks skip (Beirut, 29 March 2026 begins at one), and one that they repeat
    // (Havana, 1 November 2026: 00:00–01:00 twice, the day begins with the first).
    expect(iso(hoursHoldFrom(after, at('2026-10-24T22:30:00Z')))).toBe('2026-10-25T23:00:00.000Z');
    expect(iso(hoursHoldFrom({ zone: 'Asia/Beirut' }, at('2026-03-28T12:00:00Z')))).toBe(
      '2026-03-28T22:00:00.000Z',
    );
    expect(iso(hoursHoldFrom({ zone: 'America/Havana' }, at('2026-10-31T12:00:00Z')))).toBe(
      '2026-11-01T04:00:00.000Z',
    );
  });
});

/** The wall of a zone as Intl shows it, and which of its minutes are open. */
class MinuteWall {
  private readonly format: Intl.DateTimeFormat;

  constructor(
    zone: string,
    private readonly weekly: readonly OpeningHours[],
  ) {
    const shown = { weekday: 'long', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
    this.format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, ...shown });
  }

  isOpen(instant: number): boolean {
    const [weekday, clock] = this.format.format(instant).toLowerCase().split(' ');
    const today = WEEKDAYS.indexOf(weekday as Weekday);
    return this.weekly.some(({ day, from, to }) => {
      const opened = WEEKDAYS.indexOf(day);
      const end = to === '00:00' ? '24:00' : to;
      if (from < end) return opened === today && clock! >= from && clock! < end;
      return (opened === today && clock! >= from) || ((opened + 1) % 7 === today && clock! < end);
    });
  }
}

/** Instants near to which a zone changes its clocks: by an hour and by half of one, at night and at midnight, by a day. */
function changesOfClocks(): fc.Arbitrary<{ zone: string; near: number }> {
  return fc.constantFrom(
    ...[
      ['America/New_York', '2025-11-02T06:00:00Z'],
      ['America/New_York', '2026-03-08T07:00:00Z'],
      ['Europe/Berlin', '2026-10-25T01:00:00Z'],
      ['Australia/Lord_Howe', '2026-04-04T15:00:00Z'],
      ['Australia/Lord_Howe', '2026-10-03T15:30:00Z'],
      ['America/Sao_Paulo', '2018-02-18T02:00:00Z'],
      ['America/Sao_Paulo', '2018-11-04T03:00:00Z'],
      ['America/Havana', '2026-11-01T05:00:00Z'],
      ['Asia/Beirut', '2026-03-28T22:00:00Z'],
      ['Pacific/Apia', '2011-12-30T10:00:00Z'],
      ['Africa/Casablanca', '2026-02-15T02:00:00Z'],
      ['Europe/Berlin', '3026-03-31T01:00:00Z'],
    ].map(([zone, near]) => ({ zone: zone!, near: at(near!) })),
  );
}

function schedule(): fc.Arbitrary<OpeningHours[]> {
  const clock = fc
    .integer({ min: 0, max: 95 })
    .map(
      (quarter) =>
        `${String(Math.floor(quarter / 4)).padStart(2, '0')}:${['00', '15', '30', '45'][quarter % 4]!}`,
    );
  const interval = fc
    .record({ day: fc.constantFrom(...WEEKDAYS), from: clock, to: clock })
    .filter(({ from, to }) => from !== to);
  return fc.array(interval, { minLength: 1, maxLength: 8 });
}
