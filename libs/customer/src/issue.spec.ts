import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { FactName } from '#journey';
import { PolicyBook, isBreached } from '#scoring';
import { Issue, type IssueFact } from './issue.js';

const HOUR = 3_600_000;
const T0 = Date.UTC(2026, 0, 5, 9);
const context = PolicyBook.of([]).contextAt(T0);
const ORIGIN = { segment: undefined, queue: undefined, contacts: 0 };

/** A fact of the issue so many hours after nine o'clock. */
const fact = (type: FactName, hours: number, data: object = {}): IssueFact =>
  ({
    type,
    occurredAt: T0 + hours * HOUR,
    sequence: 0,
    step: 0,
    eventId: `${type}@${hours}`,
    customer: 'c-1',
    data: { issueId: 'i-1', ...data },
  }) as unknown as IssueFact;

const raised = (hours: number, severity = 'normal') =>
  fact('IssueRaised', hours, { category: 'billing', severity, team: 'first' });

function fold(...facts: readonly IssueFact[]): Issue {
  const issue = new Issue('c-1', 'i-1');
  for (const next of facts) issue.apply(next, context, ORIGIN);
  return issue;
}

/** An issue brought into each state by the shortest way, in its first hours. */
const IN_STATE = {
  open: [raised(0)],
  waiting: [raised(0), fact('IssueWaiting', 1, { on: 'customer' })],
  resolved: [raised(0), fact('ResolutionProvided', 1)],
  confirmed: [raised(0), fact('ResolutionProvided', 1), fact('ResolutionConfirmed', 1)],
  closed: [raised(0), fact('ResolutionProvided', 1), fact('IssueClosed', 1)],
} as const;

describe('the states of an issue', () => {
  // from, event, to: the table of the model, row by row; what is not named there changes nothing.
  const TABLE: readonly [keyof typeof IN_STATE, FactName, string][] = [
    ['open', 'IssueWaiting', 'waiting'],
    ['open', 'IssueResumed', 'open'],
    ['open', 'ResolutionProvided', 'resolved'],
    ['open', 'ResolutionConfirmed', 'confirmed'],
    ['open', 'IssueClosed', 'closed'],
    ['open', 'IssueReopened', 'open'],
    ['open', 'IssueRaised', 'open'],
    ['waiting', 'IssueWaiting', 'waiting'],
    ['waiting', 'IssueResumed', 'open'],
    ['waiting', 'ResolutionProvided', 'resolved'],
    ['waiting', 'ResolutionConfirmed', 'confirmed'],
    ['waiting', 'IssueClosed', 'closed'],
    ['waiting', 'IssueReopened', 'waiting'],
    ['resolved', 'IssueWaiting', 'resolved'],
    ['resolved', 'IssueResumed', 'open'],
    ['resolved', 'ResolutionProvided', 'resolved'],
    ['resolved', 'ResolutionConfirmed', 'confirmed'],
    ['resolved', 'IssueClosed', 'closed'],
    ['resolved', 'IssueReopened', 'open'],
    ['confirmed', 'IssueWaiting', 'confirmed'],
    ['confirmed', 'IssueResumed', 'open'],
    ['confirmed', 'ResolutionProvided', 'confirmed'],
    ['confirmed', 'ResolutionConfirmed', 'confirmed'],
    ['confirmed', 'IssueClosed', 'closed'],
    ['confirmed', 'IssueReopened', 'open'],
    ['closed', 'IssueWaiting', 'closed'],
    ['closed', 'IssueResumed', 'open'],
    ['closed', 'ResolutionProvided', 'closed'],
    ['closed', 'ResolutionConfirmed', 'closed'],
    ['closed', 'IssueClosed', 'closed'],
    ['closed', 'IssueReopened', 'open'],
    ['closed', 'IssueRaised', 'closed'],
  ];

  it.each(TABLE)('%s, %s: %s', (from, type, to) => {
    const data = type === 'IssueRaised' ? { category: 'x', severity: 'low' } : { on: 'customer' };
    const before = fold(...IN_STATE[from]);
    const after = fold(...IN_STATE[from], fact(type, 2, data));
    expect(after.state).toBe(to);
    const reopens = after.isOpen && !before.isOpen ? 1 : 0;
    expect(after.reopens).toBe(reopens);
    if (to === from && type !== 'IssueWaiting') expect(after).toEqual(before);
  });

  it.each([
    ['IssueAssigned', 'open'],
    ['IssueTransferred', 'open'],
    ['IssueBreachReported', 'open'],
    ['IssueWaiting', 'waiting'],
    ['IssueResumed', 'open'],
    ['IssueReopened', 'open'],
    ['ResolutionProvided', 'resolved'],
    ['ResolutionConfirmed', 'confirmed'],
    ['IssueClosed', 'closed'],
  ] as const)('is raised by implication by %s, which is then applied: %s', (type, state) => {
    const issue = fold(fact(type, 3, { on: 'customer' }));
    const implied = {
      implied: true,
      category: 'unknown',
      severity: 'normal',
      raisedSeverity: 'normal',
      reopens: 0,
    };
    expect(issue).toMatchObject({ ...implied, state, openedAt: T0 + 3 * HOUR });
  });

  it('is filled in by a raising that comes later: state and opening stay, the rest is known at last', () => {
    const issue = fold(fact('IssueClosed', 3), raised(5, 'critical'));
    expect(issue).toMatchObject({
      state: 'closed',
      openedAt: T0 + 3 * HOUR,
      category: 'billing',
      team: 'first',
    });
    expect(issue).toMatchObject({ severity: 'critical', raisedSeverity: 'critical' });
    expect(issue.implied).toBe(false);
  });

  it('keeps the severity of a change that came before the raising, and the team of an assignment', () => {
    const changed = fact('IssueReprioritised', 3, { severity: 'high' });
    const assigned = fact('IssueAssigned', 3, { team: 'second' });
    const issue = fold(changed, assigned, raised(5, 'critical'));
    expect(issue).toMatchObject({ severity: 'high', raisedSeverity: 'critical', team: 'second' });
  });
});

describe('the clock of an issue', () => {
  it('runs for the target of its severity, and is frozen when the issue is resolved', () => {
    const resolved = fold(raised(0), fact('ResolutionProvided', 23.9), fact('IssueClosed', 100));
    expect(resolved.breachedFrom).toBeNull();
    const late = fold(raised(0), fact('ResolutionProvided', 24.5));
    expect(late.breachedFrom).toBe(T0 + 24 * HOUR);
  });

  it('ends with a closing, too, met or breached', () => {
    expect(fold(raised(0, 'high'), fact('IssueClosed', 7)).breachedFrom).toBeNull();
    expect(fold(raised(0, 'high'), fact('IssueClosed', 9)).breachedFrom).toBe(T0 + 8 * HOUR);
  });

  it('is paused while the issue waits on the customer, and runs on with what is left', () => {
    const waits = fold(raised(0), fact('IssueWaiting', 10, { on: 'customer' }));
    expect(waits.clock.breachAt).toBeNull();
    waits.apply(fact('IssueResumed', 50), context, ORIGIN);
    expect(waits.clock.breachAt).toBe(T0 + (50 + 14) * HOUR);
  });

  it('runs on while the vendor is waited for, and stops when it becomes the customer’s turn', () => {
    const vendor = fold(raised(0), fact('IssueWaiting', 10, { on: 'vendor' }));
    expect(vendor.clock.breachAt).toBe(T0 + 24 * HOUR);
    vendor.apply(fact('IssueWaiting', 12, { on: 'customer' }), context, ORIGIN);
    expect(vendor.clock.breachAt).toBeNull();
  });

  it('starts anew when the issue is reopened; the breach of an earlier spell is not forgotten', () => {
    const kept = fold(raised(0), fact('ResolutionProvided', 1), fact('IssueReopened', 100));
    expect(kept.clock.breachAt).toBe(T0 + 124 * HOUR);
    expect(kept.breachedFrom).toBe(T0 + 124 * HOUR);
    expect(kept.openedAt).toBe(T0);
    const broken = fold(raised(0), fact('ResolutionProvided', 30), fact('IssueReopened', 100));
    expect(broken.clock.breachAt).toBe(T0 + 124 * HOUR);
    expect(broken.breachedFrom).toBe(T0 + 24 * HOUR);
  });

  it('follows a change of severity from the beginning of the spell', () => {
    const up = fold(raised(0), fact('IssueReprioritised', 2, { severity: 'high' }));
    expect(up.clock.breachAt).toBe(T0 + 8 * HOUR);
    const tooLate = fold(raised(0), fact('IssueReprioritised', 10, { severity: 'critical' }));
    expect(isBreached(tooLate.clock, T0 + 10 * HOUR)).toBe(true);
  });
});

describe('what happens to an issue in any state', () => {
  it('counts transfers, notes what the source says, and follows the team', () => {
    const issue = fold(
      ...IN_STATE.closed,
      fact('IssueTransferred', 2, { toTeam: 'second' }),
      fact('IssueTransferred', 3),
      fact('IssueBreachReported', 3),
      fact('IssueEscalated', 4, { reason: 'authority', toTeam: 'third' }),
    );
    expect(issue).toMatchObject({ transfers: 2, breachReported: true, team: 'third', state: 'closed' });
  });
});

describe('several events in one instant', () => {
  const INSTANT: readonly IssueFact[] = [
    raised(0, 'critical'),
    fact('IssueAssigned', 0, { team: 'second' }),
    fact('IssueWaiting', 0, { on: 'customer' }),
    fact('IssueTransferred', 0, { toTeam: 'second' }),
    fact('ResolutionProvided', 0),
    fact('IssueClosed', 0),
  ];

  it('lead to the same end in every order: closed, known, handed on once, and not breached', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...INSTANT], { minLength: INSTANT.length }), (order) => {
        const issue = fold(...order);
        expect(issue).toMatchObject({
          state: 'closed',
          openedAt: T0,
          spellFrom: T0,
          category: 'billing',
          severity: 'critical',
          raisedSeverity: 'critical',
          team: 'second',
          transfers: 1,
          reopens: 0,
          implied: false,
          breachReported: false,
          breachedBefore: null,
        });
        expect([issue.clock.endedAt, issue.clock.breachAt]).toEqual([T0, null]);
      }),
    );
  });
});
