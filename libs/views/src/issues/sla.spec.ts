import { describe, expect, it } from '@jest/globals';
import { published } from '../../../../test/kit/folded.js';
import type { TestEvent, TestPolicy } from '../../../../test/kit/test-event.js';
import { issues } from './issues-view.js';

const HOUR = 3600;
const WORKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'];
const intervals = (days: readonly string[], ...times: readonly (readonly [string, string])[]) =>
  days.flatMap((day) => times.map(([from, to]) => ({ day, from, to })));

const hours = (zone: string, weekly: readonly object[], more: object = {}): TestPolicy => ({
  type: 'BusinessHoursPublished',
  effectiveFrom: Date.UTC(2020, 0, 1),
  data: { policy: 'hours', version: 1, zone, weekly, ...more },
});

/** An SLA with one target for the resolution of all severities, unless `more` says otherwise. */
const sla = (resolutionSeconds: number, more: object = {}): TestPolicy => ({
  type: 'SlaPolicyPublished',
  effectiveFrom: Date.UTC(2020, 0, 1),
  data: {
    ...{ policy: 'sla', version: 1 },
    targets: { normal: { resolutionSeconds }, high: { resolutionSeconds } },
    ...more,
  },
});

const event = (type: TestEvent['type'], at: string, data: object = {}): TestEvent => ({
  ...{ type, customer: 'c-1', at },
  data: { issueId: 'i', ...data },
});
const raised = (at: string, data: object = {}) =>
  event('IssueRaised', at, { category: 'billing', severity: 'normal', ...data });
const contact = (at: string, contactId: string, queue?: string): TestEvent => ({
  ...{ type: 'ContactStarted', customer: 'c-1', at },
  data: { contactId, channel: 'email', direction: 'inbound', ...(queue !== undefined && { queue }) },
});
const greeted = (at: string, contactId: string, agentKind: 'human' | 'bot'): TestEvent => ({
  ...{ type: 'CustomerGreeted', customer: 'c-1', at },
  data: { contactId, agentId: 'a-1', agentKind },
});

/** The only open issue as of a time. */
function issueAt(asOf: string, events: readonly TestEvent[], policies: readonly TestPolicy[]) {
  return published(issues, events, Date.parse(asOf), policies).open[0]!;
}
const LATER = '2027-12-31T00:00:00Z';
const breachAt = (events: readonly TestEvent[], ...policies: readonly TestPolicy[]) =>
  issueAt(LATER, events, policies).breachAt;

describe('an SLA in business hours', () => {
  it('chatwoot 13392: raised on Friday at 16:30, an hour within Monday to Friday, 9 to 17, ends on Monday at 9:30', () => {
    // 20 November 2026 is a Friday; Berlin is at UTC+1.
    const office = hours('Europe/Berlin', intervals(WORKDAYS, ['09:00', '17:00']));
    expect(breachAt([raised('2026-11-20T16:30:00+01:00')], office, sla(HOUR))).toBe(
      '2026-11-23T08:30:00.000Z',
    );
  });

  it.each(['23:59', '24:00', '00:00'])(
    'zammad 3180: 00:00 to %s loses no minute at midnight: 72 hours end three days later to the second',
    (to) => {
      const round = hours('Europe/Berlin', intervals([...WORKDAYS, 'saturday', 'sunday'], ['00:00', to]));
      expect(breachAt([raised('2026-11-20T22:15:30Z')], round, sla(72 * HOUR))).toBe(
        '2026-11-23T22:15:30.000Z',
      );
    },
  );

  it('knows two intervals a day: the lunch break does not count', () => {
    const split = hours('UTC', intervals(WORKDAYS, ['09:00', '12:30'], ['13:30', '17:00']));
    // Raised at 12:00: half an hour before the break, then 13:30 to 15:00 makes two hours.
    expect(breachAt([raised('2026-11-20T12:00:00Z')], split, sla(2 * HOUR))).toBe('2026-11-20T15:00:00.000Z');
    // Raised within the break: it begins at 13:30. Seven hours are a whole day: 3.5 until 17:00, 3.5 on Monday.
    expect(breachAt([raised('2026-11-20T13:00:00Z')], split, sla(7 * HOUR))).toBe('2026-11-23T12:30:00.000Z');
  });

  it('is closed on holidays', () => {
    const office = hours('UTC', intervals(WORKDAYS, ['09:00', '17:00']), { holidays: ['2026-12-25'] });
    // Thursday 24 December 16:00: one hour that day, none on Friday, the second on Monday.
    expect(breachAt([raised('2026-12-24T16:00:00Z')], office, sla(2 * HOUR))).toBe(
      '2026-12-28T10:00:00.000Z',
    );
  });

  it('has a night of seven hours in spring and of nine in autumn', () => {
    // Berlin, nights from 22:00 to 06:00: the clocks go from 2 to 3 on 29 March 2026, from 3 to 2 on 25 October.
    const nights = hours('Europe/Berlin', intervals(['saturday'], ['22:00', '06:00']));
    // 28 March 22:00 CET is 21:00Z; the night ends at 06:00 CEST, 04:00Z, after 7 hours: the eighth is a week later.
    expect(breachAt([raised('2026-03-28T20:00:00Z')], nights, sla(7 * HOUR))).toBe(
      '2026-03-29T04:00:00.000Z',
    );
    expect(breachAt([raised('2026-03-28T20:00:00Z')], nights, sla(8 * HOUR))).toBe(
      '2026-04-04T21:00:00.000Z',
    );
    // 24 October 22:00 CEST is 20:00Z; the night ends at 06:00 CET, 05:00Z, after 9 hours.
    expect(breachAt([raised('2026-10-24T19:00:00Z')], nights, sla(9 * HOUR))).toBe(
      '2026-10-25T05:00:00.000Z',
    );
  });

  it('chatwoot 10178: stops on resolve, also where the customer wrote last', () => {
    const events = [
      contact('2026-11-20T09:00:00Z', 'k1'),
      raised('2026-11-20T09:00:01Z', { contactId: 'k1' }),
      event('ResolutionProvided', '2026-11-20T09:30:00Z', { contactId: 'k1' }),
      // "Thank you!", after the resolution.
      contact('2026-11-20T09:40:00Z', 'k2'),
      event('NeedsIdentified', '2026-11-20T09:40:01Z', { contactId: 'k2', needs: [] }),
    ];
    expect(published(issues, events, Date.parse(LATER), [sla(HOUR)])).toMatchObject({
      openCount: 0,
      resolvedCount: 1,
    });
    const reopened = [...events, event('IssueReopened', '2026-11-27T09:00:00Z')];
    expect(issueAt('2026-11-27T09:00:00Z', reopened, [sla(HOUR)])).toMatchObject({
      breached: false,
      breachAt: '2026-11-27T10:00:00.000Z',
    });
  });
});

describe('an SLA with rules', () => {
  const gold = { segments: ['gold'], targets: { normal: { resolutionSeconds: HOUR } } };
  const rules = [
    { categories: ['outage'], targets: { normal: { resolutionSeconds: 2 * HOUR } } },
    gold,
    { teams: ['back office'], targets: { normal: { resolutionSeconds: 100 * HOUR } } },
    { queues: ['vip'], targets: { normal: { resolutionSeconds: 3 * HOUR } } },
  ];
  const policy = sla(10 * HOUR, { rules });
  const at = '2026-11-20T09:00:00Z';
  const segment = (when: string, name: string): TestEvent => ({
    ...{ type: 'CustomerIdentified', customer: 'c-1', at: when },
    data: { segment: name },
  });

  it('takes the targets of the first rule that fits: category, segment, team, queue', () => {
    expect(breachAt([raised(at)], policy)).toBe('2026-11-20T19:00:00.000Z');
    expect(breachAt([raised(at, { category: 'outage' })], policy)).toBe('2026-11-20T11:00:00.000Z');
    expect(breachAt([segment('2026-11-01T00:00:00Z', 'gold'), raised(at)], policy)).toBe(
      '2026-11-20T10:00:00.000Z',
    );
    const both = [segment('2026-11-01T00:00:00Z', 'gold'), raised(at, { category: 'outage' })];
    expect(breachAt(both, policy)).toBe('2026-11-20T11:00:00.000Z');
    const queued = [contact('2026-11-20T08:59:00Z', 'k1', 'vip'), raised(at, { contactId: 'k1' })];
    expect(breachAt(queued, policy)).toBe('2026-11-20T12:00:00.000Z');
  });

  it('takes what a rule leaves out from the targets by severity', () => {
    expect(breachAt([raised(at, { category: 'outage', severity: 'high' })], policy)).toBe(
      '2026-11-20T19:00:00.000Z',
    );
  });

  it('keeps the segment that the customer was in when the clock started', () => {
    const late = [raised(at), segment('2026-11-20T09:30:00Z', 'gold')];
    expect(breachAt(late, policy)).toBe('2026-11-20T19:00:00.000Z');
    const again = [
      ...late,
      event('ResolutionProvided', '2026-11-20T10:00:00Z'),
      event('IssueReopened', '2026-11-21T09:00:00Z'),
    ];
    expect(breachAt(again, policy)).toBe('2026-11-21T10:00:00.000Z');
  });

  it('goes by the new target when the issue goes to another team, from its beginning on', () => {
    const moved = [raised(at), event('IssueTransferred', '2026-11-20T12:00:00Z', { toTeam: 'back office' })];
    // 100 hours after 20 November 9:00.
    expect(breachAt(moved, policy)).toBe('2026-11-24T13:00:00.000Z');
  });

  it('means what it meant where it has none', () => {
    const old = sla(10 * HOUR);
    const events = [segment('2026-11-01T00:00:00Z', 'gold'), raised(at, { category: 'outage', team: 't' })];
    expect(issueAt(LATER, events, [old])).toEqual(issueAt(LATER, events, [sla(10 * HOUR, { rules: [] })]));
  });
});

describe('business hours of a team or a queue', () => {
  const night = {
    teams: ['night desk'],
    queues: ['emergency'],
    zone: 'UTC',
    weekly: intervals([...WORKDAYS, 'saturday', 'sunday'], ['00:00', '24:00']),
  };
  const office = hours('UTC', intervals(WORKDAYS, ['09:00', '17:00']), { calendars: [night] });
  // 20 November 2026 is a Friday.
  const friday = '2026-11-20T16:30:00Z';

  it('count instead of the company’s', () => {
    expect(breachAt([raised(friday)], office, sla(HOUR))).toBe('2026-11-23T09:30:00.000Z');
    expect(breachAt([raised(friday, { team: 'night desk' })], office, sla(HOUR))).toBe(
      '2026-11-20T17:30:00.000Z',
    );
    const queued = [contact('2026-11-20T16:29:00Z', 'k1', 'emergency'), raised(friday, { contactId: 'k1' })];
    expect(breachAt(queued, office, sla(HOUR))).toBe('2026-11-20T17:30:00.000Z');
  });

  it('count from the moment on at which the issue comes to the team; what was used before stays used', () => {
    // Two hours: half an hour until Friday 17:00, then nothing until Saturday 10:00, when the night desk takes it on.
    const moved = [
      raised(friday),
      event('IssueTransferred', '2026-11-21T10:00:00Z', { toTeam: 'night desk' }),
    ];
    expect(breachAt(moved, office, sla(2 * HOUR))).toBe('2026-11-21T11:30:00.000Z');
    // And back: an hour of the night desk until 11:00, the last half hour on Monday.
    const back = [...moved, event('IssueTransferred', '2026-11-21T11:00:00Z', { toTeam: 'day desk' })];
    expect(breachAt(back, office, sla(2 * HOUR))).toBe('2026-11-23T09:30:00.000Z');
  });
});

describe('the first answer', () => {
  const policy = sla(100 * HOUR, {
    targets: { normal: { resolutionSeconds: 100 * HOUR, firstAnswerSeconds: HOUR } },
  });
  const asked = [contact('2026-11-20T09:00:00Z', 'k1'), raised('2026-11-20T09:00:00Z', { contactId: 'k1' })];
  const firstResponse = (asOf: string, ...more: readonly TestEvent[]) =>
    issueAt(asOf, [...asked, ...more], [policy]).firstResponse;

  it('is late when its time is used up, and a bot does not stop the clock', () => {
    const due = { answeredAt: null, breachAt: '2026-11-20T10:00:00.000Z' };
    const bot = greeted('2026-11-20T09:00:05Z', 'k1', 'bot');
    expect(firstResponse('2026-11-20T09:59:59Z', bot)).toEqual({ ...due, breached: false });
    expect(firstResponse('2026-11-20T10:00:00Z', bot)).toEqual({ ...due, breached: true });
  });

  it('is the first of a human, in the contact of the raising or in a later one about the issue', () => {
    const human = greeted('2026-11-20T09:20:00Z', 'k1', 'human');
    const inTime = { answeredAt: '2026-11-20T09:20:00.000Z', breachAt: null, breached: false };
    expect(firstResponse(LATER, human)).toEqual(inTime);
    const back = [
      greeted('2026-11-20T11:00:00Z', 'k2', 'human'),
      event('NeedsIdentified', '2026-11-20T11:01:00Z', { contactId: 'k2', needs: [] }),
    ];
    expect(firstResponse(LATER, ...back)).toEqual({
      ...{ answeredAt: '2026-11-20T11:01:00.000Z', breachAt: '2026-11-20T10:00:00.000Z', breached: true },
    });
  });

  it('has been given where a human took the call in which the issue was raised', () => {
    const call = [
      contact('2026-11-20T09:00:00Z', 'k1'),
      greeted('2026-11-20T09:00:10Z', 'k1', 'human'),
      raised('2026-11-20T09:02:00Z', { contactId: 'k1' }),
    ];
    expect(issueAt(LATER, call, [policy]).firstResponse).toEqual({
      ...{ answeredAt: '2026-11-20T09:02:00.000Z', breachAt: null, breached: false },
    });
  });

  it('chatwoot 9605: is not given by somebody who is assigned and says nothing', () => {
    const silent = event('IssueAssigned', '2026-11-20T09:05:00Z', { agentId: 'a-1' });
    expect(firstResponse(LATER, silent)).toMatchObject({ answeredAt: null, breached: true });
  });

  it('is not judged where no contact about the issue is known', () => {
    expect(issueAt(LATER, [raised('2026-11-20T09:00:00Z')], [policy]).firstResponse).toBeUndefined();
  });

  it('pauses as the SLA says', () => {
    const waits = event('IssueWaiting', '2026-11-20T09:30:00Z', { on: 'customer' });
    expect(firstResponse(LATER, waits)).toEqual({ answeredAt: null, breachAt: null, breached: false });
    const goesOn = event('IssueResumed', '2026-11-20T12:00:00Z');
    expect(firstResponse(LATER, waits, goesOn)).toMatchObject({ breachAt: '2026-11-20T12:30:00.000Z' });
  });
});
