import { describe, expect, it } from '@jest/globals';
import type { ReadSnapshot } from '#views';
import { TestLedger } from '../../../test/kit/test-ledger.js';
import type { TestEvent } from '../../../test/kit/test-event.js';
import { MEASURES } from './catalogue.js';
import type { MeasureQuestion } from './queries/measure-question.js';
import { measureOverTime } from './queries/measure.js';
import { overview } from './queries/overview.js';

const tenant = 'default';
const DAY = 86_400_000;
/** All of it happens on Friday, 6 March 2026, and the days after. */
const FRIDAY = Date.parse('2026-03-06T00:00:00Z');
const NOW = FRIDAY + 30 * 86_400_000;
const at = (text: string): string => {
  const [days, time] = text.split(' ') as [string, string];
  return new Date(FRIDAY + Number(days) * 86_400_000).toISOString().replace('00:00:00', `${time}:00`);
};

type Type = TestEvent['type'];
const event = (type: Type, when: string, data: object, customer = 'c-1'): TestEvent => ({
  ...{ type, customer, at: at(when), data },
});
const started = (contactId: string, when: string): TestEvent =>
  event('ContactStarted', when, { contactId, channel: 'phone', direction: 'inbound' });
const greeted = (contactId: string, when: string, agentId: string, agentKind = 'human'): TestEvent =>
  event('CustomerGreeted', when, { contactId, agentId, agentKind });
const ended = (contactId: string, when: string, more: object = {}): TestEvent =>
  event('ContactEnded', when, { contactId, disposition: 'completed', ...more });
const raised = (issueId: string, when: string, more: object = {}): TestEvent =>
  event('IssueRaised', when, { issueId, category: 'billing', severity: 'normal', ...more });

const PERIOD = { from: '2026-03-01', to: '2026-04-01' };

async function ledgerOf(...events: readonly TestEvent[]) {
  const ledger = await TestLedger.of(events, NOW);
  const figure = async (measure: string, more: Partial<MeasureQuestion> = {}) =>
    measureOverTime(ledger.query, { tenant, measure, ...PERIOD, ...more });
  return { ledger, figure };
}

/** So often the same, so that no figure rests on too few cases. */
const times = (count: number, make: (n: number) => readonly TestEvent[]) =>
  Array.from({ length: count }, (_, n) => make(n)).flat();

describe('traps that cost others years', () => {
  it('13312, 9605: bots and silent assignees do not change an agent’s figures', async () => {
    const { figure, ledger } = await ledgerOf(
      ...times(6, (n) => [
        ...[started(`k${n}`, '0 09:00'), greeted(`k${n}`, '0 09:00', 'bot-1', 'bot')],
        ...[greeted(`k${n}`, '0 09:10', 'ann'), ended(`k${n}`, '0 09:12', { talkSeconds: 120 })],
        ...[
          raised(`i${n}`, '0 09:11'),
          event('IssueAssigned', '0 09:11', { issueId: `i${n}`, agentId: 'silent' }),
        ],
        event('ResolutionProvided', '0 09:12', { issueId: `i${n}`, contactId: `k${n}`, agentId: 'ann' }),
      ]),
    );
    // The bot answered at once; the wait ends with Ann. All of the talk is hers.
    expect((await figure('average-speed-of-answer')).total.value).toBe(600);
    const { items } = await overview(ledger.query, { tenant, overview: 'agents', ...PERIOD });
    expect(
      items.map(({ agent, kind, measures }) => [agent, kind, measures['agent-handle-time']?.numerator]),
    ).toEqual([
      ['ann', 'human', 720],
      ['bot-1', 'bot', 0],
    ]);
    expect((await figure('issues-resolved', { by: 'agent' })).items.map(({ by, n }) => [by, n])).toEqual([
      [{ agent: 'ann' }, 6],
    ]);
  });

  it('4559: a contact that was transferred twice counts once, and each agent has the own part of its time', async () => {
    const { figure } = await ledgerOf(
      ...times(5, (n) => [
        ...[started(`k${n}`, '0 09:00'), greeted(`k${n}`, '0 09:00', 'ann')],
        ...[
          event('ContactTransferred', '0 09:10', { contactId: `k${n}` }),
          greeted(`k${n}`, '0 09:10', 'bob'),
        ],
        ...[
          event('ContactTransferred', '0 09:30', { contactId: `k${n}` }),
          greeted(`k${n}`, '0 09:30', 'ann'),
        ],
        ended(`k${n}`, '0 09:40', { talkSeconds: 2_400 }),
      ]),
    );
    expect((await figure('contacts')).total.value).toBe(5);
    expect((await figure('transfer-rate')).total).toMatchObject({ numerator: 5, denominator: 5, value: 1 });
    expect((await figure('average-handle-time')).total.value).toBe(2_400);
    const own = (await figure('agent-handle-time', { by: 'agent' })).items;
    expect(own.map(({ by, value }) => [by, value])).toEqual([
      [{ agent: 'ann' }, 1_200],
      [{ agent: 'bob' }, 1_200],
    ]);
  });

  it('12058: a reopened issue was open for as long as its spells lasted, not for the days between', async () => {
    const { figure } = await ledgerOf(
      ...times(5, (n) => [
        ...[raised(`i${n}`, '0 09:00'), event('ResolutionProvided', '0 09:05', { issueId: `i${n}` })],
        ...[event('IssueReopened', '5 10:00', { issueId: `i${n}` })],
        event('ResolutionProvided', '5 10:05', { issueId: `i${n}` }),
      ]),
    );
    expect((await figure('resolution-time')).total.value).toBe(600);
    expect((await figure('first-resolution-time')).total.value).toBe(300);
    expect((await figure('reopen-rate')).total).toMatchObject({ value: 1, n: 5 });
  });

  it('3745: a reopened issue counts as resolved nowhere until it is resolved again', async () => {
    const { figure } = await ledgerOf(
      ...[raised('i1', '0 09:00'), event('IssueClosed', '1 09:00', { issueId: 'i1' })],
      event('IssueReopened', '2 09:00', { issueId: 'i1' }),
    );
    expect((await figure('issues-resolved')).total.value).toBe(0);
    expect((await figure('backlog')).total.value).toBe(1);
    const { items } = await figure('backlog', {
      bucket: 'day',
      from: '2026-03-06',
      to: '2026-03-09',
      asOf: at('1 12:00'),
    });
    expect(items.map(({ value }) => value)).toEqual([1, 0, 0]);
  });

  it('4526: a later answer to the same survey replaces the earlier one; other surveys of the person do not go', async () => {
    const answer = (when: string, score: number, surveyId: string, customer = 'c-1') =>
      event('FeedbackGiven', when, { survey: 'csat', score, surveyId }, customer);
    const { figure } = await ledgerOf(
      ...[answer('0 09:00', 1, 's1'), answer('0 10:00', 5, 's1'), answer('2 09:00', 2, 's2')],
      ...times(4, (n) => [answer('0 09:00', 5, 'x', `other-${n}`)]),
    );
    const daily = await figure('csat', { bucket: 'day', from: '2026-03-06', to: '2026-03-09' });
    expect(daily.items.map(({ numerator, n }) => [numerator, n])).toEqual([
      [5, 5],
      [0, 0],
      [0, 1],
    ]);
    // One person, one vote: in all three days together the person's last answer counts.
    expect(daily.total).toMatchObject({ numerator: 4, n: 5, value: 0.8 });
  });

  it('13392: business hours count towards the SLA: raised Friday 16:30, an hour is over on Monday at 9:30', async () => {
    const { ledger, figure } = await ledgerOf(
      ...times(5, (n) => [
        raised(`kept${n}`, '0 16:30'),
        event('ResolutionProvided', '3 09:29', { issueId: `kept${n}` }),
        raised(`late${n}`, '0 16:30'),
        event('ResolutionProvided', '3 09:31', { issueId: `late${n}` }),
      ]),
    );
    const weekly = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'].map((day) => ({
      ...{ day, from: '09:00', to: '17:00' },
    }));
    const policy = { policy: 'hours', version: 1, effectiveFrom: Date.parse('2026-01-01T00:00:00Z') };
    await ledger.publish({
      ...{ type: 'BusinessHoursPublished', effectiveFrom: policy.effectiveFrom },
      data: { policy: 'hours', version: 1, zone: 'UTC', weekly },
    });
    await ledger.publish({
      ...{ type: 'SlaPolicyPublished', effectiveFrom: policy.effectiveFrom },
      data: {
        policy: 'hour',
        version: 1,
        targets: { normal: { resolutionSeconds: 3_600, firstAnswerSeconds: 600 } },
      },
    });
    expect((await figure('sla-attainment')).total).toMatchObject({
      numerator: 5,
      denominator: 10,
      value: 0.5,
    });
    expect((await figure('resolution-time-business')).total).toMatchObject({ value: 3_540, p90: 3_660 });
  });

  it('10178: the SLA clock stands still once the issue is resolved, whoever writes last', async () => {
    const { figure } = await ledgerOf(
      ...times(5, (n) => [
        ...[raised(`i${n}`, '0 09:00'), event('ResolutionProvided', '0 10:00', { issueId: `i${n}` })],
        ...[
          started(`k${n}`, '4 09:00'),
          event('NeedsIdentified', '4 09:01', { contactId: `k${n}`, issueId: `i${n}`, needs: [] }),
        ],
      ]),
    );
    expect((await figure('sla-attainment')).total).toMatchObject({ value: 1, n: 5 });
    // Talked about again within seven days: not solved by the first contact.
    expect((await figure('first-contact-resolution')).total).toMatchObject({ value: 0, n: 5 });
  });

  it('12874: the report of 50 agents reads as many groups for six months as for three, however many contacts there were', async () => {
    const agents = Array.from({ length: 50 }, (_, n) => `agent-${String(n).padStart(2, '0')}`);
    const month = 30 * DAY;
    const begin = NOW - 6 * month;
    const work = agents.flatMap((agent, a) =>
      Array.from({ length: 24 }, (_, n) => {
        // Four contacts a month and agent, each with an issue that is resolved ten minutes after it was raised.
        const from = begin + Math.floor(n / 4) * month + (n % 4) * DAY + a * 60_000;
        const own = { contactId: `k-${a}-${n}` };
        const [issueId, agentId] = [`i-${a}-${n}`, agent];
        return (
          [
            ['ContactStarted', 0, { ...own, channel: 'phone', direction: 'inbound' }],
            ['CustomerGreeted', 20_000, { ...own, agentId, agentKind: 'human' }],
            ['IssueRaised', 30_000, { ...own, issueId, category: 'billing', severity: 'normal' }],
            ['ResolutionProvided', 630_000, { ...own, issueId, agentId }],
            ['ContactEnded', 640_000, { ...own, disposition: 'completed', talkSeconds: 600 + a }],
          ] as const
        ).map(([type, after, data]) => ({ type, customer: `c-${n}`, at: from + after, data }));
      }).flat(),
    );
    const { query } = await TestLedger.of(work, NOW);
    const report = async (months: number) => {
      const counted = countingGroups(query);
      const from = new Date(NOW - months * month).toISOString();
      const to = new Date(NOW).toISOString();
      const answer = await overview(counted.query, { tenant, overview: 'agents', from, to });
      return { groups: counted.groups(), items: answer.items };
    };
    const [half, quarter] = [await report(6), await report(3)];
    expect(half.groups).toBe(quarter.groups);
    expect(half.groups).toBeGreaterThan(50);
    for (const [items, contacts] of [
      [half.items, 24],
      [quarter.items, 12],
    ] as const) {
      expect(items.map(({ agent }) => agent).sort()).toEqual(agents);
      for (const { agent, measures } of items) {
        expect(measures['agent-contacts']!.value).toBe(contacts);
        expect(measures['agent-handle-time']!.value).toBe(600 + agents.indexOf(agent!));
        expect(measures['issues-resolved']!.value).toBe(contacts);
        expect(measures['resolution-time']!.value).toBe(600);
      }
    }
  });

  it('documentation 88: erasing a customer changes no figure of the past', async () => {
    const { ledger, figure } = await ledgerOf(
      ...times(6, (n) => [
        ...[started(`k${n}`, '0 09:00'), greeted(`k${n}`, '0 09:01', 'ann')],
        raised(`i${n}`, '0 09:02', { contactId: `k${n}` }),
        event('ResolutionProvided', '1 09:00', { issueId: `i${n}`, agentId: 'ann' }),
        ended(`k${n}`, '0 09:12', { talkSeconds: 120 }),
        event('FeedbackGiven', '2 09:00', { survey: 'csat', score: n < 3 ? 5 : 1, surveyId: `s${n}` }),
        event('FeedbackGiven', '2 09:00', { survey: 'csat', score: 5, surveyId: `s${n}` }, `other-${n}`),
      ]),
    );
    const figures = async () => {
      const found = [];
      for (const { name } of MEASURES) {
        const { total, items } = await figure(name, { bucket: 'day', asOf: at('20 00:00') });
        found.push({ name, total, items });
      }
      return found;
    };
    const before = await figures();
    expect(before.find(({ name }) => name === 'issues-resolved')!.total.value).toBe(6);
    // One vote of a person: the last of c-1's, and six others.
    expect(before.find(({ name }) => name === 'csat')!.total).toMatchObject({ numerator: 6, n: 7 });
    await ledger.tell(event('CustomerErased', '25 09:00', { reason: 'asked for' }));
    expect(await figures()).toEqual(before);
  });
});

/** The same questions, with the groups counted that the read model hands over. */
function countingGroups(query: TestLedger['query']) {
  let groups = 0;
  const counting = (reader: ReadSnapshot): ReadSnapshot =>
    new Proxy(reader, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          const found: unknown = await Reflect.apply(value, target, args);
          if (name === 'group' || name === 'list') groups += (found as readonly unknown[]).length;
          return found;
        };
      },
    });
  const reader = {
    snapshot: <T>(work: (moment: ReadSnapshot) => Promise<T>) =>
      query.reader.snapshot((moment) => work(counting(moment))),
    close: () => Promise.resolve(),
  };
  return { query: { ...query, reader }, groups: () => groups };
}
