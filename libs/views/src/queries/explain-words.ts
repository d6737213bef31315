import type { CustomerState, OwnChange } from '#customer';
import type { FactName } from '#journey';
import { churnKind, lengthOf, WEEK } from '#scoring';
import type { WalkState, WalkStep } from './walk.js';

/** What a step on a customer's path is, in words. `after`: the state behind it. */
export function stepWords(step: WalkStep, { context }: WalkState): string {
  if (step.kind === 'event') return EVENTS[step.fact.type as FactName];
  if (step.kind === 'time') return changeWords(step.change);
  const { policy, model } = context;
  return step.type === 'policy-changed'
    ? `scoring policy ${policy.version} came into force`
    : `scoring model ${model.version} came into force`;
}

function changeWords(change: OwnChange): string {
  switch (change.type) {
    case 'sla-breached':
      return `issue ${change.issueId} passed its SLA target`;
    case 'first-response-missed':
      return `the first answer about issue ${change.issueId} was late`;
    case 'promise-missed':
      return `promise ${change.promiseId} was not kept in time`;
    case 'contract-year':
      return `a new year of contract ${change.contractId} began`;
  }
}

/** What a change of kind means. `after`: the state behind it. */
export function kindWords({ state, context }: WalkState): string {
  return KINDS[churnKind(state.behaviour, context)];
}

const KINDS = {
  'non-contractual': 'first known purchase: from here on the risk is judged by purchases',
  contractual: 'first known contract: from here on the risk is judged by the contract',
  'base-rate': 'neither purchases nor a contract count any more: the base rate stands in',
} as const;

/** What a time in which nothing happened is, for a score: `from` ms to `to` ms, ending in a state. */
export function gapWords(gap: 'silence' | 'ageing', from: number, { state, context }: WalkState): string {
  const passed = lengthOf((context.asOf - from) / WEEK);
  if (gap === 'ageing') return `what is known became ${passed} older`;
  if (isJudgedByPurchases(state, context)) {
    return `no purchase for ${lengthOf((context.asOf - state.behaviour.purchases!.last) / WEEK)}`;
  }
  return `${passed} without anything new`;
}

function isJudgedByPurchases({ behaviour }: CustomerState, context: WalkState['context']): boolean {
  return churnKind(behaviour, context) === 'non-contractual';
}

const EVENTS: { readonly [Name in FactName]: string } = {
  ContactStarted: 'a contact began',
  CustomerGreeted: 'somebody answered the customer',
  NeedsIdentified: 'the need was identified',
  IssueRaised: 'an issue was raised',
  IssueAssigned: 'an issue was assigned',
  IssueWaiting: 'an issue began to wait',
  IssueResumed: 'work on an issue went on',
  IssueTransferred: 'an issue was transferred',
  IssueReprioritised: 'the severity of an issue was changed',
  IssueBreachReported: 'the source reported a missed target',
  IssueEscalated: 'an issue was escalated',
  ContactTransferred: 'the customer was transferred within a contact',
  ResolutionProvided: 'an issue was resolved',
  ResolutionConfirmed: 'the customer confirmed a resolution',
  IssueReopened: 'an issue was reopened',
  IssueClosed: 'an issue was closed',
  ReturnInvited: 'the customer was invited to return',
  PromiseMade: 'a promise was made',
  PromiseKept: 'a promise was kept',
  PromiseBroken: 'a promise was broken',
  FollowUpCompleted: 'a follow-up was completed',
  ContactEnded: 'a contact ended',
  SurveySent: 'a survey was sent',
  FeedbackGiven: 'the customer answered a survey',
  PurchaseMade: 'a purchase',
  PurchaseReturned: 'a purchase was returned',
  ContractStarted: 'a contract began',
  ContractRenewed: 'a contract was renewed',
  ContractEnded: 'a contract ended',
  OfferMade: 'an offer was made',
  CompetitorRecommended: 'a competitor was recommended',
  ReferralMade: 'the customer brought another customer',
  PublicMentionPosted: 'the customer wrote about the company in public',
  CustomerIdentified: 'details of the customer were recorded',
  PreferenceStated: 'the customer stated a preference',
  CustomersMerged: 'customers were merged',
  CustomersUnmerged: 'a merge was taken back',
  CustomerErased: 'the customer was erased',
  EventRetracted: 'an event was retracted',
};
