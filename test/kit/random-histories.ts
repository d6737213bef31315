import fc from 'fast-check';
import type { TouchpointName } from '#journey';
import type { TestEvent } from './test-event.js';

const DAY = 86_400_000;

/** When random histories begin: 1 January 2026. */
export const BEGIN = Date.UTC(2026, 0, 1);

const id = (prefix: string, count: number) => fc.integer({ min: 1, max: count }).map((n) => `${prefix}${n}`);
const issueId = id('i', 3);
const contactId = id('c', 4);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const severity = fc.constantFrom('low', 'normal', 'high', 'critical');
const team = maybe(id('t', 2));

const event = (type: TouchpointName, data: { readonly [field: string]: fc.Arbitrary<unknown> }) =>
  fc.record({ type: fc.constant(type), data: fc.record(data) });

/** Any touchpoint about few issues, contacts, contracts and promises, so that they meet. */
const EVENTS = fc.oneof(
  event('ContactStarted', {
    contactId,
    channel: fc.constantFrom('phone', 'email'),
    direction: fc.constant('inbound'),
  }),
  event('CustomerGreeted', { contactId, agentId: fc.constant('a'), agentKind: fc.constant('human') }),
  event('NeedsIdentified', {
    contactId,
    needs: fc.constant([]),
    issueId: maybe(issueId),
    expectation: maybe(fc.integer({ min: 1, max: 7 })),
  }),
  event('IssueRaised', { issueId, contactId: maybe(contactId), category: id('k', 2), severity, team }),
  event('IssueAssigned', { issueId, team }),
  event('IssueWaiting', { issueId, on: fc.constantFrom('customer', 'vendor') }),
  event('IssueResumed', { issueId }),
  event('IssueTransferred', { issueId, toTeam: team }),
  event('IssueReprioritised', { issueId, severity }),
  event('IssueBreachReported', { issueId }),
  event('IssueEscalated', { issueId, reason: fc.constant('complaint'), toTeam: team }),
  event('ContactTransferred', {
    contactId,
    issueId: maybe(issueId),
    informationRepeated: maybe(fc.boolean()),
  }),
  event('ResolutionProvided', { issueId, contactId: maybe(contactId) }),
  event('ResolutionConfirmed', { issueId, contactId: maybe(contactId) }),
  event('IssueReopened', { issueId, contactId: maybe(contactId) }),
  event('IssueClosed', { issueId }),
  event('ReturnInvited', { contactId }),
  event('PromiseMade', {
    promiseId: id('p', 2),
    kind: fc.constant('callback'),
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
  event('ContactEnded', { contactId, disposition: fc.constantFrom('completed', 'abandoned') }),
  event('SurveySent', { surveyId: fc.constant('s'), survey: fc.constant('csat') }),
  event('FeedbackGiven', {
    survey: fc.constantFrom('csat', 'nps', 'ces', 'rater'),
    score: fc.integer({ min: 1, max: 5 }),
    contactId: maybe(contactId),
    issueId: maybe(issueId),
  }),
  event('PurchaseMade', {
    orderId: fc.constant('o'),
    amount: fc.constant('1'),
    currency: fc.constant('EUR'),
  }),
  event('ContractStarted', { contractId: id('k', 2) }),
  event('ContractRenewed', { contractId: id('k', 2) }),
  event('ContractEnded', { contractId: id('k', 2) }),
  event('ReferralMade', {}),
  event('PublicMentionPosted', {
    platform: fc.constant('x'),
    sentiment: fc.constantFrom(-1, 0.5),
    reach: maybe(fc.constant(1000)),
  }),
  event('CustomerIdentified', {}),
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
