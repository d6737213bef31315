import { AccessRecorded } from './access.js';
import { PublicMentionPosted, ReferralMade } from './advocacy.js';
import { AlertClosed, AlertDelivered, AlertRaised } from './alert.js';
import { AlertRulesPublished } from './alert-rules.js';
import {
  ContractEnded,
  ContractRenewed,
  ContractStarted,
  PurchaseMade,
  PurchaseReturned,
} from './commerce.js';
import { ContactEnded, ContactStarted, ContactTransferred } from './contact.js';
import { EventRetracted } from './correction.js';
import { FeedbackGiven, SurveySent } from './feedback.js';
import { FollowUpCompleted, PromiseBroken, PromiseKept, PromiseMade } from './follow-up.js';
import { CustomerGreeted } from './greeting.js';
import { CustomerErased, CustomersMerged, CustomersUnmerged } from './identity.js';
import {
  IssueAssigned,
  IssueBreachReported,
  IssueEscalated,
  IssueRaised,
  IssueReprioritised,
  IssueResumed,
  IssueTransferred,
  IssueWaiting,
} from './issue.js';
import { NeedsIdentified } from './needs.js';
import { CustomerIdentified, PreferenceStated } from './person.js';
import { IssueClosed, IssueReopened, ResolutionConfirmed, ResolutionProvided } from './resolution.js';
import { ReturnInvited } from './return-invitation.js';
import { ScoringModelFitted } from './scoring-model.js';
import { ScoringPolicyPublished } from './scoring-policy.js';
import { CompetitorRecommended, OfferMade } from './selling.js';
import { BusinessHoursPublished, SlaPolicyPublished } from './sla-policy.js';

export * from './advocacy.js';
export * from './alert.js';
export * from './alert-rules.js';
export * from './commerce.js';
export * from './contact.js';
export * from './correction.js';
export * from './feedback.js';
export * from './follow-up.js';
export * from './greeting.js';
export * from './identity.js';
export * from './issue.js';
export * from './money.js';
export * from './needs.js';
export * from './person.js';
export * from './resolution.js';
export * from './return-invitation.js';
export * from './access.js';
export * from './scoring-model.js';
export * from './scoring-policy.js';
export * from './selling.js';
export * from './sla-policy.js';

/** The class of every touchpoint's newest version, by name, in the order of a contact. */
export const TOUCHPOINTS = {
  ContactStarted,
  CustomerGreeted,
  NeedsIdentified,
  IssueRaised,
  IssueAssigned,
  IssueWaiting,
  IssueResumed,
  IssueTransferred,
  IssueReprioritised,
  IssueBreachReported,
  IssueEscalated,
  ContactTransferred,
  ResolutionProvided,
  ResolutionConfirmed,
  IssueReopened,
  IssueClosed,
  ReturnInvited,
  PromiseMade,
  PromiseKept,
  PromiseBroken,
  FollowUpCompleted,
  ContactEnded,
  SurveySent,
  FeedbackGiven,
  PurchaseMade,
  PurchaseReturned,
  ContractStarted,
  ContractRenewed,
  ContractEnded,
  OfferMade,
  CompetitorRecommended,
  ReferralMade,
  PublicMentionPosted,
  CustomerIdentified,
  PreferenceStated,
  CustomersMerged,
  CustomersUnmerged,
  CustomerErased,
  EventRetracted,
  ScoringPolicyPublished,
  SlaPolicyPublished,
  BusinessHoursPublished,
  ScoringModelFitted,
  AlertRulesPublished,
  AlertRaised,
  AlertClosed,
  AlertDelivered,
  AccessRecorded,
} as const;

/** The name of a touchpoint, without version. */
export type TouchpointName = keyof typeof TOUCHPOINTS;

/** The data of every touchpoint's newest version, by name. */
export type TouchpointData = { readonly [N in TouchpointName]: InstanceType<(typeof TOUCHPOINTS)[N]> };
