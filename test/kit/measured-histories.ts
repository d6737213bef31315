import fc from 'fast-check';
import { event, maybe } from './random-histories.js';
import type { TestEvent } from './test-event.js';

/** 2 March 2026: four weeks on, Europe changes its clocks. */
export const MEASURED_FROM = Date.UTC(2026, 2, 2);
export const MEASURED_DAYS = 60;
const DAY = 86_400_000;

const of = <T>(...values: readonly T[]) => fc.constantFrom(...values);
const contactId = of('k1', 'k2', 'k3', 'k4');
const issueId = of('i1', 'i2', 'i3');
const promiseId = of('p1', 'p2', 'p3');
const seconds = maybe(of(0, 12.5, 20, 21, 300));
const score = (most: number, least = 1) => fc.integer({ min: least, max: most });

const answer = (
  survey: string,
  most: number,
  least = 1,
  more: { readonly [field: string]: fc.Arbitrary<unknown> } = {},
) =>
  event('FeedbackGiven', {
    survey: of(survey),
    score: score(most, least),
    surveyId: maybe(of('s1', 's2')),
    contactId: maybe(contactId),
    issueId: maybe(issueId),
    expectation: maybe(score(7)),
    ...more,
  });

const retraction = event('EventRetracted', {
  eventSource: of('/told'),
  eventId: fc.nat(60).map((n) => `e${n}`),
  reason: of('wrong'),
});

/** Any touchpoint that a measure is made of, about few things, so that they meet. */
const EVENTS = fc.oneof(
  event('ContactStarted', {
    ...{ contactId, channel: of('phone', 'chat'), direction: of('inbound', 'inbound', 'outbound') },
    queue: maybe(of('first', 'second')),
  }),
  event('CustomerGreeted', {
    contactId,
    agentId: of('a1', 'a2'),
    agentKind: of('human'),
    waitSeconds: seconds,
    team: maybe(of('red', 'blue')),
  }),
  event('CustomerGreeted', { contactId, agentId: of('b1'), agentKind: of('bot') }),
  event('NeedsIdentified', {
    ...{
      contactId,
      needs: of([{ category: 'billing' }]),
      issueId: maybe(issueId),
      expectation: maybe(score(7)),
    },
  }),
  event('ContactTransferred', {
    contactId,
    issueId: maybe(issueId),
    fromAgentId: maybe(of('a1', 'a2')),
    toAgentId: maybe(of('a1', 'a2', 'a3')),
    toTeam: maybe(of('red', 'blue')),
    informationRepeated: maybe(fc.boolean()),
  }),
  event('ReturnInvited', { contactId }),
  event('ContactEnded', {
    ...{ contactId, disposition: of('completed', 'abandoned', 'dropped'), waitSeconds: seconds },
    ...{ talkSeconds: seconds, holdSeconds: seconds, afterContactSeconds: seconds },
  }),
  event('IssueRaised', {
    ...{ issueId, contactId: maybe(contactId), category: of('billing', 'login') },
    severity: of('low', 'normal', 'high', 'critical'),
  }),
  event('IssueWaiting', { issueId, on: of('customer', 'vendor') }),
  event('IssueResumed', { issueId }),
  event('IssueAssigned', { issueId, agentId: maybe(of('a1', 'a2')), team: maybe(of('red', 'blue')) }),
  event('IssueTransferred', { issueId, toTeam: maybe(of('red', 'blue')), toAgentId: maybe(of('a1', 'a2')) }),
  event('IssueReprioritised', { issueId, severity: of('low', 'critical') }),
  event('IssueBreachReported', { issueId }),
  event('IssueEscalated', { issueId, reason: of('complaint'), toTeam: maybe(of('red', 'blue')) }),
  event('ResolutionProvided', { issueId, contactId: maybe(contactId), agentId: maybe(of('a1')) }),
  event('ResolutionConfirmed', { issueId, contactId: maybe(contactId) }),
  event('IssueClosed', { issueId, contactId: maybe(contactId) }),
  event('IssueReopened', { issueId, contactId: maybe(contactId) }),
  event('PromiseMade', {
    ...{ promiseId, kind: of('callback', 'follow-up', 'refund') },
    dueAt: fc
      .integer({ min: 0, max: MEASURED_DAYS })
      .map((day) => new Date(MEASURED_FROM + day * DAY).toISOString()),
  }),
  event('PromiseKept', { promiseId }),
  event('PromiseBroken', { promiseId }),
  event('FollowUpCompleted', {
    ...{
      promiseId: maybe(promiseId),
      issueId: maybe(issueId),
      contactId: maybe(contactId),
      outcome: of('satisfied'),
    },
  }),
  event('SurveySent', { surveyId: of('s1', 's2'), survey: of('csat', 'nps'), contactId: maybe(contactId) }),
  answer('csat', 5),
  answer('nps', 10, 0),
  answer('ces', 7),
  answer('rater', 7, 1, { dimension: of('empathy', 'assurance') }),
  event('PurchaseMade', { orderId: of('o1'), amount: of('19.90'), currency: of('EUR') }),
  event('PurchaseReturned', { orderId: of('o1'), amount: of('19.90'), currency: of('EUR') }),
  event('OfferMade', {
    offerId: of('f1', 'f2'),
    category: of('plan'),
    suitable: maybe(fc.boolean()),
    accepted: maybe(fc.boolean()),
  }),
  event('PublicMentionPosted', { platform: of('x'), sentiment: of(-1, 0.5, 0.25) }),
  event('ReferralMade', {}),
  event('CustomersMerged', { mergedId: of('c1', 'c2', 'c3') }),
  event('CustomersUnmerged', { mergedId: of('c1', 'c2', 'c3') }),
  // Twice as often as others.
  retraction,
  retraction,
);

const TIMES = fc.oneof(
  fc.integer({ min: 0, max: MEASURED_DAYS - 1 }).map((days) => MEASURED_FROM + days * DAY),
  fc.integer({ min: 0, max: MEASURED_DAYS * DAY - 1 }).map((millis) => MEASURED_FROM + millis),
);

/** Events of three customers in no particular order, so that many come late: merges, unmerges and retractions among them. */
export function measuredHistories(maxLength: number): fc.Arbitrary<readonly TestEvent[]> {
  const told = fc.tuple(EVENTS, TIMES, of('c1', 'c1', 'c2', 'c3'), fc.nat(2));
  return fc.array(told, { minLength: 1, maxLength, size: 'max' }).map((events) =>
    events.map(([{ type, data }, at, customer, sequence], i): TestEvent => ({
      ...{ type, at, customer, sequence, id: `e${i}` },
      // As JSON has it: what is undefined is not there.
      data: JSON.parse(JSON.stringify(data)) as object,
    })),
  );
}
