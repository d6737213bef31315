import { describe, expect, it } from '@jest/globals';
import { day, dayText, eventOn } from '../../../../test/kit/event-builders.js';
import type { TestEvent } from '../../../../test/kit/test-event.js';
import { TestLedger } from '../../../../test/kit/test-ledger.js';
import { measureRows } from './measure-rows.js';
import { overview } from './overview.js';

const tenant = 'default';
/** Day 0 is Monday, 5 January 2026, 9:00 UTC. */
const PERIOD = { from: '2026-01-05', to: '2026-01-12' };
const HOUR = 1 / 24;

const started = (days: number, contactId: string, queue?: string): TestEvent =>
  eventOn('ContactStarted', days, { contactId, channel: 'phone', direction: 'inbound', queue });
const greeted = (days: number, contactId: string, agentId: string, more: object = {}): TestEvent =>
  eventOn('CustomerGreeted', days, { contactId, agentId, agentKind: 'human', ...more });
const passedOn = (days: number, contactId: string, more: object = {}): TestEvent =>
  eventOn('ContactTransferred', days, { contactId, ...more });

async function asked(name: string, events: readonly TestEvent[], ledger?: TestLedger) {
  const { query } = ledger ?? (await TestLedger.of(events, day(10)));
  if (ledger !== undefined) await ledger.tell(...events);
  return { query, ...(await overview(query, { tenant, overview: name, ...PERIOD })) };
}

describe('12.4: the matrix of hand-offs', () => {
  // Ann (billing) → Bob (network) → Ann, then Ann → whoever greets next: Cy, of no team. An issue goes red → blue → red.
  const events = [
    ...[started(0, 'k'), greeted(0, 'k', 'ann', { team: 'billing' })],
    ...[passedOn(0.1, 'k', { toAgentId: 'bob', toTeam: 'network' }), greeted(0.2, 'k', 'bob')],
    ...[passedOn(0.3, 'k', { toTeam: 'billing' }), greeted(0.4, 'k', 'ann')],
    ...[passedOn(0.5, 'k'), greeted(0.6, 'k', 'cy')],
    eventOn('IssueRaised', 1, { issueId: 'i', category: 'c', severity: 'low', team: 'red' }),
    eventOn('IssueTransferred', 2, { issueId: 'i', toTeam: 'blue', toAgentId: 'bob' }),
    eventOn('IssueEscalated', 3, { issueId: 'i', reason: 'authority', toTeam: 'red' }),
  ];

  it('says by team who hands on to whom, how often, and how often it comes back', async () => {
    const { items, query } = await asked('team-hand-offs', events);
    const cells = items.map(({ fromTeam, toTeam, measures }) => [
      ...[fromTeam, toTeam, measures['hand-offs']!.value, measures['team-hand-backs']?.numerator],
    ]);
    expect(cells.sort()).toEqual([
      // Cy names no team: nobody knows who received the third.
      ['billing', null, 1, undefined],
      ['billing', 'network', 1, 0],
      ['blue', 'red', 1, 1],
      ['network', 'billing', 1, 1],
      ['red', 'blue', 1, 0],
    ]);
    for (const { measures } of items)
      for (const [measure, { n, rows }] of Object.entries(measures)) {
        const filters = Object.fromEntries(new URLSearchParams(rows.split('?')[1]));
        const found = await measureRows(query, { tenant, measure, count: 'exact', ...filters });
        expect([measure, found.total]).toEqual([measure, n]);
      }
  });

  it('says the same by agent; who is not named is who greets the customer next', async () => {
    const { items } = await asked('agent-hand-offs', events);
    const cells = items.map(({ fromAgent, toAgent, measures }) => [
      ...[fromAgent, toAgent, measures['agent-hand-backs']?.numerator],
    ]);
    expect(cells.sort()).toEqual(
      [
        ['ann', 'bob', 0],
        ['ann', 'cy', 0],
        // The transfer of the issue, which nobody was assigned to, and the escalation, which names nobody.
        [null, 'bob', 0],
        ['bob', 'ann', 1],
        ['bob', null, undefined],
      ].sort(),
    );
  });
});

describe('12.4: the stages', () => {
  it('say how long each of the five steps took, from the step before it', async () => {
    const contact = (n: number) => [
      ...[started(n, `k${n}`), greeted(n + HOUR, `k${n}`, 'ann', { waitSeconds: 3_600 })],
      eventOn('NeedsIdentified', n + 2 * HOUR, { contactId: `k${n}`, needs: [], issueId: `i${n}` }),
      eventOn('ResolutionProvided', n + 5 * HOUR, { issueId: `i${n}`, contactId: `k${n}` }),
      // Invited before the customer agrees: from the resolution on. The customer agrees a day after it.
      eventOn('ReturnInvited', n + 6 * HOUR, { contactId: `k${n}` }),
      eventOn('ContactEnded', n + 6 * HOUR, { contactId: `k${n}`, disposition: 'completed' }),
      eventOn('ResolutionConfirmed', n + 29 * HOUR, { issueId: `i${n}`, contactId: `k${n}` }),
    ];
    const { items } = await asked('stages', [0, 1, 2, 3, 4].flatMap(contact));
    const { measures } = items[0]!;
    const hours = (name: string) => measures[name]!.value! / 3_600;
    expect(hours('average-speed-of-answer')).toBe(1);
    expect(hours('time-to-needs')).toBe(1);
    expect(hours('time-to-meet')).toBe(3);
    expect(hours('time-to-confirm')).toBe(24);
    expect(hours('time-to-invite')).toBe(1);
  });
});

describe('12.4: the queues', () => {
  it('say when they are open by their own calendar, and who reached a person while they were', async () => {
    const ledger = await TestLedger.of([], day(10));
    const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'];
    await ledger.publish({
      type: 'BusinessHoursPublished',
      effectiveFrom: Date.parse('2025-12-01T00:00:00Z'),
      data: {
        ...{ policy: 'hours', version: 1, zone: 'UTC' },
        weekly: weekdays.map((weekday) => ({ day: weekday, from: '09:00', to: '17:00' })),
        holidays: ['2026-01-06', '2026-03-01'],
        // The night queue is open from Monday, 22:00 to Tuesday, 06:00, also on the company's holiday.
        calendars: [
          { queues: ['night'], weekly: [{ day: 'monday', from: '22:00', to: '06:00' }], holidays: [] },
        ],
      },
    });
    const calls = (queue: string, days: number, count: number, answer: boolean) =>
      Array.from({ length: count }, (_, n) => {
        const id = `${queue}-${days}-${answer}-${n}`;
        const end = { contactId: id, disposition: answer ? 'completed' : 'abandoned' };
        return [
          started(days, id, queue),
          ...(answer ? [greeted(days, id, 'ann')] : []),
          eventOn('ContactEnded', days + HOUR, end),
        ];
      }).flat();
    const events = [
      // Monday, 9:00, open: 6 answered and 2 not; Monday, 21:00, closed: 4 not.
      ...[...calls('day', 0, 6, true), ...calls('day', 0, 2, false), ...calls('day', 0.5, 4, false)],
      // Monday, 9:00, closed; Tuesday, 3:00, open.
      ...[...calls('night', 0, 3, false), ...calls('night', 0.75, 5, true)],
    ];
    const { items } = await asked('queues', events, ledger);
    const of = (queue: string) => items.find((item) => item.queue === queue)!;
    expect(of('day').openingHours).toMatchObject({
      ...{ version: 'hours@1', zone: 'UTC', holidays: ['2026-01-06'], openSeconds: 4 * 8 * 3_600 },
    });
    expect(of('night').openingHours).toEqual({
      ...{ version: 'hours@1', zone: 'UTC', holidays: [], openSeconds: 8 * 3_600 },
      weekly: [{ day: 'monday', from: '22:00', to: '06:00' }],
    });
    expect(of('day').measures['reachability']).toMatchObject({ numerator: 6, denominator: 8, value: 0.75 });
    expect(of('day').measures['answer-rate']).toMatchObject({ numerator: 6, denominator: 12 });
    expect(of('day').measures['contacts-outside-hours']).toMatchObject({ numerator: 4, denominator: 12 });
    expect(of('night').measures['reachability']).toMatchObject({ numerator: 5, denominator: 5 });
    expect(of('night').measures['contacts-outside-hours']).toMatchObject({ numerator: 3, denominator: 8 });
  });
});

describe('12.4: the agents', () => {
  it('are people before bots, however much a bot did; few cases are marked', async () => {
    const events = Array.from({ length: 9 }, (_, n) => [
      ...[started(n / 10, `k${n}`), greeted(n / 10, `k${n}`, 'robot', { agentKind: 'bot' })],
      ...(n < 2 ? [greeted(n / 10, `k${n}`, 'ann')] : []),
      eventOn('ContactEnded', 1, { contactId: `k${n}`, disposition: 'completed', talkSeconds: 60 }),
    ]).flat();
    const { items, asOf } = await asked('agents', events);
    expect(asOf).toBe(dayText(10));
    expect(items.map(({ agent, kind, cases, fewCases }) => [agent, kind, cases, fewCases])).toEqual([
      ['ann', 'human', 2, undefined],
      ['robot', 'bot', 9, undefined],
    ]);
    expect(items[0]!.measures['agent-handle-time']).toMatchObject({ tooFew: true, value: null, n: 2 });
  });
});
