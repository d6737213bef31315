import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { published } from '../../../../test/kit/folded.js';
import type { TestEvent, TestPolicy } from '../../../../test/kit/test-event.js';
import { BEGIN, histories } from '../../../../test/kit/random-histories.js';
import { day, dayText, raised, eventOn } from '../../../../test/kit/event-builders.js';
import { issues, type IssuesView } from './issues-view.js';

const DAY = 86_400_000;

/** The issues of `c-1` as of a day. */
const issuesOf = (events: readonly TestEvent[], days: number): IssuesView =>
  published(issues, events, Math.trunc(day(days)));

describe('unresolved issues', () => {
  it('show an open issue with its age, clock, contacts and pressure', () => {
    const events = [
      raised(0, 'i', { severity: 'high', contactId: 'c1', team: 't1' }),
      eventOn('IssueTransferred', 0.1, { issueId: 'i', toTeam: 't2' }),
      eventOn('ResolutionProvided', 0.2, { issueId: 'i', contactId: 'c1' }),
      eventOn('IssueReopened', 0.25, { issueId: 'i', contactId: 'c2' }),
    ];
    // Four hours after the reopening, ten after the raising, with a target of eight: 2·(1 − 2^(−10/8))·(1 + ¼ + ½).
    const pressure = Math.round(2 * (1 - 2 ** (-10 / 8)) * 1.75 * 1e6) / 1e6;
    expect(issuesOf(events, 10 / 24)).toMatchObject({
      open: [
        {
          issueId: 'i',
          category: 'billing',
          severity: 'high',
          raisedSeverity: 'high',
          team: 't2',
          openedAt: '2026-01-05T09:00:00.000Z',
          ageSeconds: 36_000,
          breachAt: '2026-01-05T23:00:00.000Z',
          breached: false,
          breachReported: false,
          contacts: 2,
          transfers: 1,
          reopens: 1,
          state: 'open',
          pressure,
        },
      ],
      openCount: 1,
      pressure,
      resolvedCount: 0,
      reopenedCount: 1,
    });
  });

  it('are breached from the instant of the breach on, and stay so after a reopening', () => {
    expect(issuesOf([raised(0, 'i')], 1 - 1e-7).open[0]!.breached).toBe(false);
    expect(issuesOf([raised(0, 'i')], 1).open[0]!.breached).toBe(true);
    const back = [
      raised(0, 'i'),
      eventOn('IssueClosed', 2, { issueId: 'i' }),
      eventOn('IssueReopened', 9, { issueId: 'i' }),
    ];
    expect(issuesOf(back, 9).open[0]).toMatchObject({ breached: true, breachAt: dayText(10) });
  });

  it('keep the clock still after a resolution, also when the issue is reopened long after', () => {
    const back = [
      raised(0, 'i'),
      eventOn('ResolutionProvided', 0.5, { issueId: 'i' }),
      eventOn('IssueReopened', 50, { issueId: 'i' }),
    ];
    expect(issuesOf(back, 50).open[0]).toMatchObject({ breached: false, breachAt: dayText(51) });
  });

  it('no longer count a reopened issue as resolved', () => {
    const closed = [raised(0, 'i'), eventOn('IssueClosed', 1, { issueId: 'i' })];
    expect(issuesOf(closed, 1)).toMatchObject({ openCount: 0, resolvedCount: 1, reopenedCount: 0 });
    const reopened = [...closed, eventOn('IssueReopened', 2, { issueId: 'i' })];
    expect(issuesOf(reopened, 2)).toMatchObject({ openCount: 1, resolvedCount: 0, reopenedCount: 1 });
    expect(issuesOf([...reopened, eventOn('IssueClosed', 3, { issueId: 'i' })], 3)).toMatchObject({
      openCount: 0,
      resolvedCount: 1,
      reopenedCount: 1,
    });
  });

  it('know no issue that was only mentioned', () => {
    const need = eventOn('NeedsIdentified', 0, { contactId: 'c1', needs: [], issueId: 'i' });
    expect(issuesOf([need], 1)).toMatchObject({ open: [], openCount: 0, resolvedCount: 0 });
    expect(issuesOf([need, raised(0.5, 'i')], 1).open[0]).toMatchObject({
      contacts: 1,
      openedAt: dayText(0.5),
    });
  });

  it('count what they list, whatever happened', () => {
    fc.assert(
      fc.property(histories(), fc.integer({ min: 0, max: 400 }), (events, days) => {
        const { open, ...counts } = published(issues, events, BEGIN + days * DAY);
        expect(counts.openCount).toBe(open.length);
        expect([counts.openCount, counts.resolvedCount, counts.reopenedCount].every((n) => n >= 0)).toBe(
          true,
        );
        const millionths = open.reduce((sum, { pressure }) => sum + Math.round(pressure * 1e6), 0);
        expect(counts.pressure).toBe(millionths / 1e6);
        expect(open.map(({ openedAt }) => openedAt)).toEqual(open.map(({ openedAt }) => openedAt).sort());
      }),
      { numRuns: 100 },
    );
  });

  it('are all found for a customer with more open issues than the state names, and with few again afterwards', () => {
    const many = Array.from({ length: 250 }, (_, i) => raised(0, `i${i}`));
    const all = issuesOf(many, 1);
    expect([all.open.length, all.openCount]).toEqual([250, 250]);
    const closed = many
      .slice(1)
      .map(({ data }) => eventOn('IssueClosed', 2, { issueId: (data as { issueId: string }).issueId }));
    const one = issuesOf([...many, ...closed], 3);
    expect([one.open.map(({ issueId }) => issueId), one.openCount, one.resolvedCount]).toEqual([
      ['i0'],
      1,
      249,
    ]);
  });
});

describe('the clock of an issue, by the policies in force when it began', () => {
  /** When an issue breaches under a one-hour SLA for `high` and hours of Monday to Friday, nine to five. */
  function breachesUnder(from: { readonly sla: number; readonly hours: number }) {
    const sla = { policy: 'p', version: 1, targets: { high: { resolutionSeconds: 3600 } } };
    const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'];
    const weekly = days.map((weekday) => ({ day: weekday, from: '09:00', to: '17:00' }));
    const hours = { policy: 'h', version: 1, zone: 'UTC', weekly };
    const policies: readonly TestPolicy[] = [
      { type: 'SlaPolicyPublished', data: sla, effectiveFrom: from.sla },
      { type: 'BusinessHoursPublished', data: hours, effectiveFrom: from.hours },
    ];
    return (at: string, severity: string) => {
      const data = { issueId: 'i', category: 'x', severity };
      const event: TestEvent = { type: 'IssueRaised', customer: 'c-1', at, data };
      return published(issues, [event], day(1000), policies).open[0]!.breachAt;
    };
  }

  it('runs in business hours only: raised on Friday at 16:30, an hour ends on Monday at 9:30', () => {
    const breachAt = breachesUnder({ sla: 0, hours: 0 });
    expect(breachAt('2026-01-09T16:30:00Z', 'high')).toBe('2026-01-12T09:30:00.000Z');
    expect(breachAt('2026-01-09T10:00:00Z', 'high')).toBe('2026-01-09T11:00:00.000Z');
  });

  it('keeps the target that held when it began, whatever is published for later', () => {
    const breachAt = breachesUnder({ sla: Date.UTC(2026, 0, 9), hours: Date.UTC(2030, 0, 1) });
    expect(breachAt('2026-01-08T23:59:59Z', 'high')).toBe('2026-01-09T07:59:59.000Z');
    expect(breachAt('2026-01-09T00:00:00Z', 'high')).toBe('2026-01-09T01:00:00.000Z');
  });
});
