import { describe, expect, it } from '@jest/globals';
import { eventIdOf } from '#event-sourcing';
import { published } from '../../../test/kit/folded.js';
import { answered, contacted, day, dayText, eventOn, raised } from '../../../test/kit/event-builders.js';
import { SOURCE, type TestEvent } from '../../../test/kit/test-event.js';
import { actions } from './actions/actions-view.js';
import { churnRisk } from './churn-risk/churn-risk-view.js';
import { preferences } from './preferences/preferences-view.js';
import { promises } from './promises/promises-view.js';
import { quality } from './quality/quality-view.js';
import { serviceEquation } from './service-equation/service-equation-view.js';

/** The id of the event at this place of the list. */
const eventId = (place: number): string => eventIdOf('default', SOURCE, String(place));
const promised = (days: number, promiseId: string, due: number, more: object = {}): TestEvent =>
  eventOn('PromiseMade', days, { promiseId, kind: 'repair', dueAt: dayText(due), ...more });
const ended = (days: number, contactId: string, disposition = 'completed'): TestEvent =>
  eventOn('ContactEnded', days, { contactId, disposition });
const greeted = (days: number, contactId: string): TestEvent =>
  eventOn('CustomerGreeted', days, { contactId, agentId: 'ada', agentKind: 'human', waitSeconds: 30 });

describe('12.2: the service equation', () => {
  it('says of each contact which steps were done and which are missing', () => {
    const view = published(
      serviceEquation,
      [
        // Whole but for the invitation: four of five.
        contacted(0, 'a'),
        greeted(0, 'a'),
        raised(0, 'i', { contactId: 'a' }),
        eventOn('NeedsIdentified', 0, { contactId: 'a', needs: [], issueId: 'i' }),
        eventOn('ResolutionProvided', 0, { issueId: 'i', contactId: 'a' }),
        ended(1, 'a'),
        // The customer confirms a day after the end.
        eventOn('ResolutionConfirmed', 2, { issueId: 'i', contactId: 'a' }),
        // Given up while waiting: the greeting is missing, and nothing else applies.
        contacted(3, 'b', 'chat'),
        ended(3.5, 'b', 'abandoned'),
        // Goes on.
        contacted(4, 'd'),
      ],
      day(5),
    );
    expect(view).toMatchObject({
      ...{ completeness: 0.666667, contactCount: 3, endedCount: 2 },
      missing: { greeting: 1, needs: 0, resolution: 0, confirmation: 0, invitation: 1 },
      contacts: [
        { contactId: 'd', endedAt: null, done: [], missing: [], completeness: null },
        { contactId: 'b', channel: 'chat', done: [], missing: ['greeting'], completeness: 0 },
        {
          ...{ contactId: 'a', missing: ['invitation'], completeness: 0.8 },
          done: ['greeting', 'needs', 'resolution', 'confirmation'],
        },
      ],
    });
  });
});

describe('12.2: quality', () => {
  it('is perceived less expected in each dimension, from answers that hold, beside what behaviour shows', () => {
    const rater = (days: number, dimension: string | undefined, score: number, more: object = {}) =>
      answered(days, 'rater', score, { dimension, ...more });
    const view = published(
      quality,
      [
        rater(0, 'empathy', 2, { surveyId: 's', expectation: 6 }),
        // Replaces the one before.
        rater(1, 'empathy', 4, { surveyId: 's', expectation: 6 }),
        rater(1, 'empathy', 6, { surveyId: 't' }),
        rater(1, undefined, 1),
        rater(2, 'reliability', 7, { expectation: 6 }),
        promised(2, 'kept', 4),
        eventOn('PromiseKept', 3, { promiseId: 'kept' }),
        promised(2, 'missed', 3),
        promised(2, 'ahead', 9),
        contacted(3, 'c'),
        greeted(3, 'c'),
      ],
      day(5),
    );
    const of = (name: string) => view.dimensions.find(({ dimension }) => dimension === name);
    // (4 − 6 + 6 − 5) / 2: the policy's expectation of 5 stands in where none was said.
    expect(of('empathy')).toEqual({
      ...{ dimension: 'empathy', answers: 2, assumed: 1, perceived: 5, expected: 5.5, gap: -0.5 },
    });
    expect(of('reliability')).toMatchObject({ answers: 1, gap: 1, promisesKept: 0.5 });
    expect(of('responsiveness')).toMatchObject({ answers: 0, gap: null, meanWaitSeconds: 30 });
    expect([view.gap, view.withoutDimension]).toEqual([0.25, 1]);
  });
});

describe('12.2: promises', () => {
  const events = [
    promised(0, 'due', 9, { issueId: 'i', agentId: 'ada' }),
    promised(0, 'late', 1),
    eventOn('PromiseKept', 2, { promiseId: 'late' }),
    promised(0, 'kept', 3),
    eventOn('PromiseKept', 3, { promiseId: 'kept' }),
  ];

  it('are due, kept in time or missed; what is done at its due time is in time', () => {
    expect(published(promises, events, day(5))).toMatchObject({
      due: [{ promiseId: 'due', issueId: 'i', agentId: 'ada', dueAt: dayText(9), missedAt: null }],
      missed: [{ promiseId: 'late', keptAt: dayText(2) }],
      ...{ dueCount: 1, keptCount: 1, missedCount: 1, keeping: 0.5 },
    });
  });

  it('are missed by time alone', () => {
    expect(published(promises, events, day(9)).missedCount).toBe(1);
    expect(published(promises, events, day(9) + 1).missedCount).toBe(2);
  });
});

describe('12.2: preferences', () => {
  it('refer to what was said last, and do not show it', () => {
    const stated = (days: number, key: string, value: string) =>
      eventOn('PreferenceStated', days, { key, value });
    const view = published(
      preferences,
      [stated(0, 'language', 'de'), stated(1, 'channel', 'mail'), stated(2, 'language', 'fr')],
      day(3),
    );
    expect(view.preferences).toEqual([
      { key: 'channel', statedAt: dayText(1), eventId: eventId(1) },
      { key: 'language', statedAt: dayText(2), eventId: eventId(2) },
    ]);
    expect(JSON.stringify(view)).not.toContain('mail');
  });
});

describe('12.2: the next best action', () => {
  const proposed = (events: readonly TestEvent[], days: number) =>
    published(actions, events, day(days)).actions.map(({ rule, urgency, eventId: cause }) => [
      ...[rule, urgency, cause],
    ]);

  it.each<[string, readonly TestEvent[], number, readonly unknown[]]>([
    ['an overdue promise', [promised(0, 'p', 1)], 2, ['keep-missed-promise', 'now', eventId(0)]],
    ['a promise due within a day', [promised(0, 'p', 2)], 1.5, ['keep-due-promise', 'today', eventId(0)]],
    ['a breached issue', [raised(0, 'i')], 1.5, ['resolve-breached-issue', 'now', eventId(0)]],
    ['a breach within the hour', [raised(0, 'i')], 0.99, ['resolve-before-breach', 'now', eventId(0)]],
    ['a breach within the day', [raised(0, 'i')], 0.5, ['resolve-before-breach', 'today', eventId(0)]],
    [
      'no answer by a person',
      [contacted(0, 'c'), raised(0, 'i', { contactId: 'c', severity: 'low' })],
      0.1,
      ['answer-customer', 'today', eventId(1)],
    ],
    [
      'a resolution that nobody confirmed',
      [raised(0, 'i'), eventOn('ResolutionProvided', 0.5, { issueId: 'i' })],
      2,
      ['confirm-resolution', 'soon', eventId(1)],
    ],
    ['a detractor', [answered(0, 'nps', 3)], 1, ['call-back-detractor', 'today', eventId(0)]],
    [
      'a door that was not left open',
      [contacted(0, 'c'), ended(1, 'c')],
      2,
      ['invite-back', 'later', eventId(1)],
    ],
  ])('of %s, with the event that caused it', (_what, events, days, wanted) => {
    // Behind it may stand that a breach ahead moves the risk of churn.
    expect(proposed(events, days)[0]).toEqual(wanted);
  });

  it('of a customer whom silence alone puts into a higher band within two weeks', () => {
    const bought = [0, 7, 14, 21].map((days) =>
      eventOn('PurchaseMade', days, { orderId: `o-${days}`, amount: '10', currency: 'EUR' }),
    );
    const soon = [28, 35, 42, 49, 56].map((days) => {
      const view = published(churnRisk, bought, day(days));
      const isNear =
        view.nextBandAt !== undefined && Date.parse(view.nextBandAt) <= day(days) + 14 * 86_400_000;
      return [isNear, proposed(bought, days).some(([rule]) => rule === 'win-back')];
    });
    expect(soon.map(([near]) => near)).toContain(true);
    for (const [near, isProposed] of soon) expect(isProposed).toBe(near);
  });

  it('goes when it is done: the most urgent come first, what is settled is gone', () => {
    const events = [promised(0, 'p', 1), answered(0, 'nps', 3), promised(0, 'q', 2.5)];
    expect(proposed(events, 2)).toEqual([
      ['keep-missed-promise', 'now', eventId(0)],
      ['call-back-detractor', 'today', eventId(1)],
      ['keep-due-promise', 'today', eventId(2)],
    ]);
    const settled = [
      ...events,
      eventOn('PromiseKept', 1.5, { promiseId: 'p' }),
      eventOn('FollowUpCompleted', 1.5, { promiseId: 'q', outcome: 'satisfied' }),
    ];
    expect(proposed(settled, 2)).toEqual([]);
  });
});

describe('12.2: the risk of churn of one customer', () => {
  it('names its reasons, the weightiest first', () => {
    const view = published(
      churnRisk,
      [
        eventOn('PurchaseMade', 0, { orderId: 'o', amount: '1', currency: 'EUR' }),
        eventOn('PurchaseMade', 30, { orderId: 'p', amount: '1', currency: 'EUR' }),
        answered(31, 'csat', 1),
      ],
      day(300),
    );
    expect(view.reasons[0]).toMatchObject({ code: 'silence' });
    const weights = view.reasons.map(({ weight }) => weight);
    expect(weights).toEqual([...weights].sort((a, b) => b - a));
  });
});
