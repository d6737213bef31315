import { describe, expect, it } from '@jest/globals';
import { foldCustomer } from '#customer';
import { type Fact, LIMITS } from '#event-sourcing';
import { contextAt, stateOf } from '../../../../test/kit/folded.js';
import { answered, bought, contacted, day, eventOn, raised } from '../../../../test/kit/event-builders.js';
import type { TestEvent } from '../../../../test/kit/test-event.js';
import { TestLedger } from '../../../../test/kit/test-ledger.js';
import { issues } from '../issues/issues-view.js';
import { loyalty } from '../loyalty/loyalty-view.js';
import { customerList } from '../queries/customer-list.js';
import { TABLES } from '../views.js';
import { mentionsTable } from './mentions-table.js';

const MINUTE = 60_000;
const DAY = 86_400_000;
const minutes = (count: number): number => (count * MINUTE) / DAY;
const context = contextAt(day(30));

const greeted = (days: number, contactId: string, agentId: string, agentKind = 'human'): TestEvent =>
  eventOn('CustomerGreeted', days, { contactId, agentId, agentKind });
const ended = (days: number, contactId: string, more: object = {}): TestEvent =>
  eventOn('ContactEnded', days, { contactId, disposition: 'completed', ...more });
const resolved = (days: number, issueId: string, more: object = {}): TestEvent =>
  eventOn('ResolutionProvided', days, { issueId, ...more });

function rowsOf(table: string, events: readonly TestEvent[]) {
  const { rows } = TABLES.find(({ name }) => name === table)!;
  return rows(stateOf(events, context), context).map(({ columns }) => columns);
}

describe('the agents of a contact and of an issue', () => {
  const talked: readonly TestEvent[] = [
    contacted(0, 'c'),
    greeted(minutes(1), 'c', 'robot', 'bot'),
    greeted(minutes(3), 'c', 'ada'),
    eventOn('ContactTransferred', minutes(5), { contactId: 'c', fromAgentId: 'ada', toAgentId: 'bob' }),
    greeted(minutes(6), 'c', 'bob'),
    ended(minutes(12), 'c', { talkSeconds: 540, holdSeconds: 9, afterContactSeconds: 60 }),
  ];

  it('chatwoot 13312: a bot gets no part of the time where a person took part, and answers nothing', () => {
    const parts = rowsOf('handlings', talked).map((row) => [
      ...[row['agentId'], row['agentKind'], row['shareMillionths']],
      ...[row['talkMs'], row['holdMs'], row['afterContactMs']],
    ]);
    // Ada was there for three minutes, Bob for six: a third and two thirds of 540 and of 9 seconds.
    expect(parts).toEqual([
      ['ada', 'human', 333_333, 180_000, 3_000, 0],
      ['bob', 'human', 666_667, 360_000, 6_000, 60_000],
      ['robot', 'bot', 0, 0, 0, 0],
    ]);
    const [contact] = rowsOf('contacts', talked);
    expect(contact).toMatchObject({ answeredAt: day(minutes(3)), waitMs: 3 * MINUTE, agents: 2, bots: 1 });
  });

  it('chatwoot 13312: a bot’s work counts where no person worked', () => {
    const alone = [contacted(0, 'c'), greeted(minutes(1), 'c', 'robot', 'bot'), ended(minutes(9), 'c')];
    expect(rowsOf('handlings', alone)).toMatchObject([{ agentId: 'robot', shareMillionths: 1_000_000 }]);
    expect(rowsOf('contacts', alone)).toMatchObject([{ handledBy: 'bot', answeredAt: null, waitMs: null }]);
  });

  it('chatwoot 9605: an issue that is assigned to somebody who does nothing is no work of theirs', () => {
    const rows = rowsOf('assignments', [
      raised(0, 'i', { contactId: 'c' }),
      contacted(0, 'c'),
      greeted(minutes(1), 'c', 'ada'),
      eventOn('IssueAssigned', minutes(2), { issueId: 'i', agentId: 'silent' }),
      resolved(minutes(9), 'i', { agentId: 'ada' }),
    ]);
    expect(rows.map((row) => [row['agentId'], row['work'], row['shareMillionths'], row['holds']])).toEqual([
      ['ada', 2, 1_000_000, 0],
      ['silent', 0, 0, 1],
    ]);
  });

  it('chatwoot 4559: after a transfer each agent has had the contact once, and it is one contact', () => {
    expect(rowsOf('contacts', talked)).toMatchObject([{ contactId: 'c', transfers: 1, agentId: 'bob' }]);
    const rows = rowsOf('handlings', talked).filter((row) => row['agentKind'] === 'human');
    expect(rows.map((row) => [row['agentId'], row['isFirst'], row['isLast'], row['transferredOn']])).toEqual([
      ['ada', 1, 0, 1],
      ['bob', 0, 1, 0],
    ]);
  });
});

describe('the times of an issue', () => {
  const reopenedOnce: readonly TestEvent[] = [
    raised(0, 'i'),
    resolved(minutes(10), 'i'),
    eventOn('IssueClosed', minutes(11), { issueId: 'i' }),
    eventOn('IssueReopened', 5, { issueId: 'i' }),
  ];

  it('chatwoot 12058: a resolution after a reopening is measured from the reopening, not from the creation', () => {
    const [row] = rowsOf('issues', [...reopenedOnce, resolved(5 + minutes(10), 'i')]);
    expect(row).toMatchObject({
      ...{ firstResolutionMs: 10 * MINUTE, resolutionMs: 10 * MINUTE, openMs: 20 * MINUTE },
      ...{ resolutions: 2, spellFrom: day(5), recurredAt: day(5) },
    });
  });

  it('zammad 3745: a reopened issue is neither closed nor resolved any more', () => {
    const [row] = rowsOf('issues', reopenedOnce);
    expect(row).toMatchObject({
      state: 'open',
      open: 1,
      closedAt: null,
      resolvedAt: null,
      confirmedAt: null,
    });
    const view = issues.publish(stateOf(reopenedOnce, context), context);
    expect([view.openCount, view.resolvedCount, view.reopenedCount]).toEqual([1, 0, 1]);
  });

  it('chatwoot 10178: a contact after the resolution changes neither the time of it nor the clock', () => {
    const before = [raised(0, 'i', { severity: 'high' }), resolved(minutes(60), 'i')];
    const after = [
      ...before,
      contacted(2, 'c', 'email'),
      eventOn('NeedsIdentified', 2, { contactId: 'c', issueId: 'i', needs: [] }),
    ];
    const times = (events: readonly TestEvent[]) => {
      const [row] = rowsOf('issues', events);
      return [row!['state'], row!['resolvedAt'], row!['resolutionMs'], row!['breachesAt']];
    };
    expect(times(after)).toEqual(['resolved', day(minutes(60)), 60 * MINUTE, null]);
    // It came up again, though, which is what first-contact resolution asks for.
    expect(rowsOf('issues', after)).toMatchObject([{ recurredAt: day(2) }]);
  });
});

describe('the answers to surveys', () => {
  const rated = (days: number, score: number, surveyId: string) =>
    answered(days, 'csat', score, { surveyId, contactId: 'c' });

  it('chatwoot 4526: a second survey about one contact does not replace the answer to the first', () => {
    const rows = rowsOf('answers', [contacted(0, 'c'), rated(1, 2, 's-1'), rated(2, 5, 's-2')]);
    expect(rows.map((row) => [row['score'], row['replaced']]).sort()).toEqual([
      [2, 0],
      [5, 0],
    ]);
  });

  it('chatwoot 4526: a second answer to the same survey does, and both are kept', () => {
    const rows = rowsOf('answers', [contacted(0, 'c'), rated(1, 2, 's-1'), rated(2, 5, 's-1')]);
    expect(rows.map((row) => [row['score'], row['replaced'], row['replacedAt']]).sort()).toEqual([
      [2, 1, day(2)],
      [5, 0, null],
    ]);
  });
});

describe('identities', () => {
  const identified = (customer: string): TestEvent =>
    eventOn('CustomerIdentified', 0, { email: 'shared@example.org' }, customer);
  const merged = (type: 'CustomersMerged' | 'CustomersUnmerged', days: number, mergedId = 'c-2') =>
    eventOn(type, days, { mergedId });

  async function listed(...events: readonly TestEvent[]) {
    const { query } = await TestLedger.of(events, day(30));
    const { items } = await customerList(query, { tenant: 'default' });
    const found = await Promise.all(
      ['issues', 'contacts', 'purchases'].map((table) =>
        query.reader.snapshot((reader) =>
          reader.list(table, {
            ...{ tenant: 'default', where: [], limit: 99 },
            orderBy: { column: 'publishedTo', direction: 'asc' },
          }),
        ),
      ),
    );
    return { customers: items.map(({ customer }) => customer), rows: found.flat() };
  }

  it.each(['chatwoot 2811', 'chatwoot 4728'])('%s: two people with one e-mail address stay two', async () => {
    const { customers } = await listed(identified('c-1'), identified('c-2'));
    expect(customers).toEqual(['c-1', 'c-2']);
  });

  it('chatwoot 15359: what was published to a merged identity stays its own, though one customer has it', async () => {
    const { customers, rows } = await listed(
      raised(0, 'i', {}, 'c-1'),
      raised(1, 'i', { category: 'other' }, 'c-2'),
      merged('CustomersMerged', 2),
    );
    expect(customers).toEqual(['c-1']);
    expect(
      rows.map(({ customer, columns }) => [customer, columns['publishedTo'], columns['category']]),
    ).toEqual([
      ['c-1', 'c-1', 'billing'],
      ['c-1', 'c-2', 'other'],
    ]);
  });

  it('chatwoot 2486: a customer who is merged with itself is still there', async () => {
    const { customers, rows } = await listed(bought(0), merged('CustomersMerged', 1, 'c-1'));
    expect([customers, rows.length]).toEqual([['c-1'], 1]);
  });

  it('rudder-transformer 1180: a wrong merge that is undone leaves every row as if it had never been', async () => {
    const history = [bought(0), bought(1, 'c-2'), raised(2, 'i', {}, 'c-2'), contacted(3, 'c')];
    const never = await listed(...history);
    const undone = await listed(...history, merged('CustomersMerged', 4), merged('CustomersUnmerged', 5));
    expect(undone).toEqual(never);
  });
});

describe('a customer with very many things', () => {
  it('12.1: credits so many agents of one contact and one issue at most', () => {
    const crowd = Array.from({ length: LIMITS.agentsOfAContact + 5 }, (_, i) =>
      greeted(minutes(i + 1), 'c', `agent-${i}`),
    );
    const events = [contacted(0, 'c'), raised(0, 'i', { contactId: 'c' }), ...crowd, ended(1, 'c')];
    for (const table of ['handlings', 'assignments']) {
      const rows = rowsOf(table, events);
      expect([table, rows.length]).toEqual([table, LIMITS.agentsOfAContact]);
      expect(rows.reduce((sum, row) => sum + Number(row['shareMillionths']), 0)).toBe(1_000_000);
    }
  });

  it('12.1: has at most so many rows in a table; the table says so, and the views go on', () => {
    const referral = (i: number): Fact => ({
      ...{ type: 'ReferralMade', customer: 'c-1', occurredAt: day(0) + i, sequence: 0, step: 820 },
      ...{ eventId: `e-${i}`, data: {} },
    });
    const many = Array.from({ length: LIMITS.rowsOfACustomer }, (_, i) => referral(i));
    const state = foldCustomer(many, context);
    expect(mentionsTable.rows(state, context)).toHaveLength(LIMITS.rowsOfACustomer);
    state.apply(referral(LIMITS.rowsOfACustomer), context);
    const refused = { code: 'too-many-rows', message: expect.stringContaining('mentions') };
    expect(() => mentionsTable.rows(state, context)).toThrow(expect.objectContaining(refused));
    expect(loyalty.publish(state, context).score).not.toBeNull();
  });
});
