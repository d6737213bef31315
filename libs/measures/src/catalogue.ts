import { issuesCreated } from './issues/issues-created.js';
import { issueTransferRate } from './issues/issue-transfer-rate.js';
import { breachReportedRate } from './issues/breach-reported-rate.js';
import { issuesResolved } from './issues/issues-resolved.js';
import { backlog } from './issues/backlog.js';
import { backlogAge } from './issues/backlog-age.js';
import { reopenRate } from './issues/reopen-rate.js';
import { escalationRate } from './issues/escalation-rate.js';
import { firstContactResolution } from './issues/first-contact-resolution.js';
import { repeatContactRate } from './issues/repeat-contact-rate.js';
import { firstResponse, firstResponseBusiness } from './issues/first-response.js';
import { firstResolutionTime, firstResolutionTimeBusiness } from './issues/first-resolution-time.js';
import { resolutionTime, resolutionTimeBusiness } from './issues/resolution-time.js';
import { confirmationRate } from './issues/confirmation-rate.js';
import { slaAttainment } from './issues/sla-attainment.js';
import { contacts } from './contacts/contacts.js';
import { abandonment } from './contacts/abandonment.js';
import { serviceLevel } from './contacts/service-level.js';
import { averageSpeedOfAnswer } from './contacts/average-speed-of-answer.js';
import { answerRate } from './contacts/answer-rate.js';
import { averageHandleTime } from './contacts/average-handle-time.js';
import { transferRate } from './contacts/transfer-rate.js';
import { contactEscalationRate } from './contacts/contact-escalation-rate.js';
import { repeatedInformationRate } from './contacts/repeated-information-rate.js';
import { equationCompleteness } from './contacts/equation-completeness.js';
import { csat } from './feedback/csat.js';
import { nps } from './feedback/nps.js';
import { ces } from './feedback/ces.js';
import { cesMean } from './feedback/ces-mean.js';
import { disconfirmation } from './feedback/disconfirmation.js';
import { rater } from './feedback/rater.js';
import { raterGap } from './feedback/rater-gap.js';
import { detractorRecovery } from './feedback/detractor-recovery.js';
import { surveyResponseRate } from './feedback/survey-response-rate.js';
import { botOnlyRate } from './contacts/bot-only-rate.js';
import { surveyCoverage } from './contacts/survey-coverage.js';
import { contactsOutsideHours } from './contacts/contacts-outside-hours.js';
import { reachability } from './contacts/reachability.js';
import { agentHandBacks, teamHandBacks } from './handoffs/hand-backs.js';
import { handOffs } from './handoffs/hand-offs.js';
import { timeToConfirm, timeToInvite, timeToMeet, timeToNeeds } from './stages/step-time.js';
import { agentContacts } from './contacts/agent-contacts.js';
import { agentHandleTime } from './contacts/agent-handle-time.js';
import { agentHandOvers } from './contacts/agent-hand-overs.js';
import { promiseKeeping } from './promises/promise-keeping.js';
import { followUpRate } from './promises/follow-up-rate.js';
import { purchases } from './commerce/purchases.js';
import { revenue } from './commerce/revenue.js';
import { revenueAtRisk } from './commerce/revenue-at-risk.js';
import { returnRate } from './commerce/return-rate.js';
import { offerAcceptance } from './selling/offer-acceptance.js';
import { offerSuitability } from './selling/offer-suitability.js';
import { mentionSentiment } from './advocacy/mention-sentiment.js';
import { referrals } from './advocacy/referrals.js';
import type { Measure } from './measure.js';

/** Every measure, in the order in which they are shown. */
export const MEASURES: readonly Measure[] = [
  contacts,
  abandonment,
  serviceLevel,
  averageSpeedOfAnswer,
  answerRate,
  reachability,
  contactsOutsideHours,
  averageHandleTime,
  transferRate,
  contactEscalationRate,
  repeatedInformationRate,
  equationCompleteness,
  botOnlyRate,
  surveyCoverage,
  agentContacts,
  agentHandleTime,
  agentHandOvers,
  handOffs,
  agentHandBacks,
  teamHandBacks,
  timeToNeeds,
  timeToMeet,
  timeToConfirm,
  timeToInvite,
  issuesCreated,
  issueTransferRate,
  breachReportedRate,
  issuesResolved,
  backlog,
  backlogAge,
  reopenRate,
  escalationRate,
  firstContactResolution,
  repeatContactRate,
  firstResponse,
  firstResponseBusiness,
  firstResolutionTime,
  firstResolutionTimeBusiness,
  resolutionTime,
  resolutionTimeBusiness,
  confirmationRate,
  slaAttainment,
  promiseKeeping,
  followUpRate,
  csat,
  nps,
  ces,
  cesMean,
  disconfirmation,
  rater,
  raterGap,
  detractorRecovery,
  surveyResponseRate,
  purchases,
  revenue,
  revenueAtRisk,
  returnRate,
  offerAcceptance,
  offerSuitability,
  mentionSentiment,
  referrals,
];
