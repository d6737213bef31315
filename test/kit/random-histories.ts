import fc from 'fast-check';
import type { TouchpointName } from '#journey';
import type { TestEvent } from './test-event.js';

const DAY = 86_400_000;

/** When random histories begin: 1 January 2026. */
export const BEGIN = Date.UTC(2026, 0, 1);

const id = (prefix: string, count: number) => fc.integer({ min: 1, max: count }).map((n) => `${prefix}${n}`);
const issueId = id('i', 3);
const contactId = id('c', 4);
/** Given or left out. */
export const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const severity = fc.constantFrom('low', 'normal', 'high', 'critical');
const team = maybe(id('t', 2));
const agentId = maybe(id('a', 3));
const surveyId = id('s', 2);
const seconds = maybe(fc.integer({ min: 0, max: 900 }));

/** A touchpoint of one type. */
export const event = (type: TouchpointName, data: { readonly [field: string]: fc.Arbitrary<unknown> }) =>
  fc.record({ type: fc.constant(type), data: fc.record(data) });

/** Any touchpoint about few issues, contacts, contracts and promises, so that they meet. */
const EVENTS = fc.oneof(
  event('ContactStarted', {
    contactId,
    channel: fc.constantFrom('phone', 'email'),
    direction: fc.constantFrom('inbound', 'outbound'),
    queue: maybe(id('q', 2)),
  }),
  event('CustomerGreeted', {
    contactId,
    agentId: id('a', 3),
    agentKind: fc.constant('human'),
    team,
    waitSeconds: seconds,
  }),
  event('CustomerGreeted', { contactId, agentId: fc.constant('robot'), agentKind: fc.constant('bot') }),
  event('NeedsIdentified', {
    contactId,
    needs: fc.constantFrom([], [{ category: 'k1' }], [{ category: 'k3' }]),
    issueId: maybe(issueId),
    expectation: maybe(fc.integer({ min: 1, max: 7 })),
  }),
  event('IssueRaised', { issueId, contactId: maybe(contactId), category: id('k', 2), severity, team }),
  event('IssueAssigned', { issueId, team, agentId }),
  event('IssueWaiting', { issueId, on: fc.constantFrom('customer', 'vendor') }),
  event('IssueResumed', { issueId }),
  event('IssueTransferred', { issueId, toTeam: team, toAgentId: agentId }),
  event('IssueReprioritised', { issueId, severity }),
  event('IssueBreachReported', { issueId }),
  event('IssueEscalated', { issueId, reason: fc.constant('complaint'), toTeam: team }),
  event('ContactTransferred', {
    contactId,
    issueId: maybe(issueId),
    fromAgentId: agentId,
    toTeam: team,
    informationRepeated: maybe(fc.boolean()),
  }),
  event('ResolutionProvided', {
    issueId,
    contactId: maybe(contactId),
    agentId: fc.constantFrom(undefined, 'a1', 'a2', 'robot'),
  }),
  event('ResolutionConfirmed', { issueId, contactId: maybe(contactId) }),
  event('IssueReopened', { issueId, contactId: maybe(contactId) }),
  event('IssueClosed', { issueId }),
  event('ReturnInvited', { contactId }),
  event('PromiseMade', {
    promiseId: id('p', 2),
    kind: fc.constantFrom('callback', 'repair'),
    issueId: maybe(issueId),
    agentId,
    dueAt: fc.integer({ min: 0, max: 200 }).map((days) => new Date(BEGIN + days * DAY).toISOString()),
  }),
  event('PromiseKept', { promiseId: id('p', 2) }),
  event('PromiseBroken', { promiseId: id('p', 2) }),
  event('FollowUpCompleted', {
    promiseId: maybe(id('p', 2)),
    issueId: maybe(issueId),
    contactId: maybe(contactId),
    outcome: fc.constant('satisfied'),
  }),
  event('ContactEnded', {
    contactId,
    disposition: fc.constantFrom('completed', 'abandoned', 'dropped'),
    talkSeconds: seconds,
    holdSeconds: seconds,
    afterContactSeconds: seconds,
    waitSeconds: seconds,
  }),
  event('SurveySent', {
    surveyId,
    survey: fc.constantFrom('csat', 'nps'),
    contactId: maybe(contactId),
    issueId: maybe(issueId),
  }),
  event('FeedbackGiven', {
    survey: fc.constantFrom('csat', 'nps', 'ces', 'rater'),
    score: fc.integer({ min: 1, max: 5 }),
    surveyId: maybe(surveyId),
    dimension: fc.constantFrom(undefined, 'empathy', 'reliability'),
    expectation: maybe(fc.integer({ min: 1, max: 7 })),
    contactId: maybe(contactId),
    issueId: maybe(issueId),
    agentId,
    sentiment: fc.constantFrom(undefined, -0.5, 1),
    ...{ rank: maybe(fc.constantFrom(1, 2)), rankedAmong: fc.constant(3) },
  }),
  event('PurchaseMade', {
    orderId: fc.constant('o'),
    amount: fc.constantFrom('1', '19.90', '0.005'),
    currency: fc.constantFrom('EUR', 'JPY'),
  }),
  event('PurchaseReturned', {
    orderId: fc.constant('o'),
    amount: fc.constant('0.5'),
    currency: fc.constant('EUR'),
  }),
  event('OfferMade', {
    offerId: id('f', 2),
    contactId: maybe(contactId),
    category: id('k', 2),
    suitable: maybe(fc.boolean()),
    accepted: maybe(fc.boolean()),
  }),
  event('CompetitorRecommended', { contactId: maybe(contactId), category: id('k', 2) }),
  event('ContractStarted', { contractId: id('k', 2) }),
  event('ContractRenewed', { contractId: id('k', 2) }),
  event('ContractEnded', { contractId: id('k', 2), reason: fc.constantFrom(undefined, 'moved') }),
  event('ReferralMade', {}),
  event('PublicMentionPosted', {
    platform: fc.constant('x'),
    sentiment: fc.constantFrom(-1, 0.5),
    reach: maybe(fc.constant(1000)),
  }),
  event('CustomerIdentified', { segment: maybe(id('g', 2)) }),
  event('PreferenceStated', { key: id('language', 2), value: fc.constant('x') }),
);

/** When something happens: on whole days or within one instant, so that both gaps and ties are met. */
const TIMES = fc.oneof(
  fc.integer({ min: 0, max: 300 }).map((days) => BEGIN + days * DAY),
  fc.constant(BEGIN + 30 * DAY),
  fc.integer({ min: 0, max: 300 * DAY }).map((millis) => BEGIN + millis),
);

/** The events of one customer, in no particular order. */
export function histories(customer = 'c-1', maxLength = 30): fc.Arbitrary<readonly TestEvent[]> {
  const told = fc
    .tuple(EVENTS, TIMES, fc.integer({ min: 0, max: 2 }))
    .map(([{ type, data }, at, sequence]): TestEvent => ({ type, data, at, sequence, customer }));
  return fc
    .array(told, { minLength: 1, maxLength })
    .map((events) => events.map((one, i) => ({ ...one, id: `e${i}` })));
}
