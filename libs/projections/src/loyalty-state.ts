import type { Cells } from '#event-sourcing';
import type { FactOf } from '#journey';
import {
  type Decayed,
  type DecayedMean,
  type FoldContext,
  addDecayed,
  addToMean,
  disconfirmationOf,
  isEasy,
  isSatisfied,
  mentionWeight,
  perceivedOf,
  recommendationWeight,
  remaining,
} from '#scoring';
import type { BehaviourState } from './behaviour-state.js';
import { contactCell } from './cell-keys.js';
import { type ContactState, type ServiceFact, afterService, serviceShare } from './contact-state.js';
import { expectationOf } from './expectation.js';
import type { FactsOf } from './on-facts.js';

/** The root cell of loyalty. */
export interface LoyaltyState {
  /** Time of the last event, ms. */
  readonly at: number;
  readonly behaviour: BehaviourState;
  /** Satisfaction 0…1 of each answer. */
  readonly attitude?: DecayedMean;
  /** Answers that attitude was made of, and those of them without a recorded expectation. */
  readonly ratings?: { readonly n: number; readonly assumed: number };
  readonly advocacy?: Decayed;
  /** Share of the steps done, of each ended contact. */
  readonly process?: DecayedMean;
  readonly nps?: { readonly promoters: number; readonly detractors: number; readonly n: number };
  readonly csat?: { readonly satisfied: number; readonly n: number; readonly sent: number };
  readonly ces?: { readonly easy: number; readonly sum: number; readonly n: number };
}

/** A customer of whom nothing is known. */
export function unknownLoyalty(at: number): LoyaltyState {
  return { at, behaviour: {} };
}

/** The state after an answer to a survey. Every answer counts, also several about one contact. */
export function afterFeedback(
  state: LoyaltyState,
  fact: FactOf<'FeedbackGiven'>,
  cells: Cells,
  context: FoldContext,
): LoyaltyState {
  const counted = withAnswer(state, fact, context);
  const { survey, score } = fact.data;
  if (survey === 'nps')
    return withAdvocacy(counted, fact.occurredAt, recommendationWeight(score, context.policy), context);
  const expected = expectationOf(cells, fact);
  const { v, expectationAssumed } = disconfirmationOf(perceivedOf(survey, score)!, expected, context.policy);
  const { n, assumed } = state.ratings ?? { n: 0, assumed: 0 };
  return {
    ...counted,
    attitude: addToMean(state.attitude, fact.occurredAt, v, context.policy.attitude.halfLifeDays),
    ratings: { n: n + 1, assumed: assumed + (expectationAssumed ? 1 : 0) },
  };
}

function withAnswer(
  state: LoyaltyState,
  { data: { survey, score } }: FactOf<'FeedbackGiven'>,
  { policy }: FoldContext,
): LoyaltyState {
  if (survey === 'nps') {
    const { promoters, detractors, n } = state.nps ?? { promoters: 0, detractors: 0, n: 0 };
    const nps = {
      promoters: promoters + (score >= 9 ? 1 : 0),
      detractors: detractors + (score <= 6 ? 1 : 0),
      n: n + 1,
    };
    return { ...state, nps };
  }
  if (survey === 'csat') {
    const { satisfied, n, sent } = state.csat ?? { satisfied: 0, n: 0, sent: 0 };
    return { ...state, csat: { satisfied: satisfied + (isSatisfied(score) ? 1 : 0), n: n + 1, sent } };
  }
  if (survey === 'ces') {
    const { easy, sum, n } = state.ces ?? { easy: 0, sum: 0, n: 0 };
    return { ...state, ces: { easy: easy + (isEasy(score, policy) ? 1 : 0), sum: sum + score, n: n + 1 } };
  }
  return state;
}

/** The state after a survey was sent: the denominator of the response rate. */
export function afterSurvey(state: LoyaltyState, { data }: FactOf<'SurveySent'>): LoyaltyState {
  if (data.survey !== 'csat') return state;
  const { satisfied, n, sent } = state.csat ?? { satisfied: 0, n: 0, sent: 0 };
  return { ...state, csat: { satisfied, n, sent: sent + 1 } };
}

/** The state after a referral or a public mention. */
export function afterMention(
  state: LoyaltyState,
  fact: FactsOf<'ReferralMade' | 'PublicMentionPosted'>,
  context: FoldContext,
): LoyaltyState {
  const weight =
    fact.type === 'ReferralMade'
      ? context.policy.advocacy.referral
      : mentionWeight(fact.data.sentiment, fact.data.reach, context.policy);
  return withAdvocacy(state, fact.occurredAt, weight, context);
}

function withAdvocacy(
  state: LoyaltyState,
  at: number,
  weight: number,
  { policy }: FoldContext,
): LoyaltyState {
  return { ...state, advocacy: addDecayed(state.advocacy, at, weight, policy.advocacy.halfLifeDays) };
}

/**
 * The state after a step of a contact. A contact counts from its end on; a step that turns out to have been done
 * afterwards (the customer confirms a day later) raises its share then.
 */
export function afterContact(
  state: LoyaltyState,
  fact: ServiceFact,
  cells: Cells,
  { policy }: FoldContext,
): LoyaltyState {
  const { contactId } = fact.data;
  if (contactId === undefined) return state;
  const key = contactCell(contactId);
  const before = cells.get<ContactState>(key);
  const after = afterService(before, fact);
  cells.set(key, after);
  const share = serviceShare(after);
  const counted = before === undefined ? undefined : serviceShare(before);
  if (share === undefined || share === counted) return state;
  const { halfLifeDays } = policy.process;
  if (counted === undefined)
    return { ...state, process: addToMean(state.process, fact.occurredAt, share, halfLifeDays) };
  const process = state.process!;
  const weight = remaining(process.at - after.ended!.at, halfLifeDays);
  return { ...state, process: { ...process, sum: process.sum + (share - counted) * weight } };
}
