import { formatTime } from '#event-sourcing';
import type { FactName, FactOf } from '#journey';
import type { WalkStep } from './walk.js';

type Words<Name extends FactName> = (data: FactOf<Name>['data'], customer: string) => string;

/** `, text` where there is something to say. */
const also = (text: string | undefined | null | false) => (text ? `, ${text}` : '');
const because = (reason: string | undefined) => (reason ? `: ${reason}` : '');
const amount = ({ amount: value, currency }: { readonly amount: string; readonly currency: string }) =>
  `${value} ${currency}`;
const seconds = (value: number | undefined) => (value === undefined ? undefined : lengthOf(value));

function lengthOf(value: number): string {
  if (value < 120) return `${Math.round(value)} seconds`;
  if (value < 7_200) return `${Math.round(value / 60)} minutes`;
  return value < 172_800 ? `${Math.round(value / 3_600)} hours` : `${Math.round(value / 86_400)} days`;
}

const CHANNELS: { readonly [channel: string]: string } = {
  'in-person': 'in person',
  phone: 'by phone',
  web: 'on the web',
  chat: 'by chat',
  social: 'on social media',
  messaging: 'by message',
  email: 'by e-mail',
  mail: 'by mail',
};
const WAITS = { customer: 'the customer', vendor: 'a supplier', internal: 'another department' } as const;
const SURVEYS = {
  csat: 'how satisfied',
  nps: 'how likely to recommend the company',
  ces: 'how easy it was',
  rater: 'how good the service was',
} as const;
const SCALES = { csat: 'of 5', nps: 'of 10', ces: 'of 7', rater: 'of 7' } as const;
const PROMISES: { readonly [kind: string]: string } = {
  'follow-up': 'A follow-up',
  delivery: 'A delivery',
  callback: 'A call back',
  repair: 'A repair',
  refund: 'A refund',
};

/** What each touchpoint means to people, in one sentence; never personal text. */
const WORDS: { readonly [Name in FactName]: Words<Name> } = {
  ContactStarted: ({ channel, direction, reason }) =>
    `The customer ${direction === 'inbound' ? 'got in touch' : 'was contacted'} ${CHANNELS[channel] ?? `by ${channel}`}${because(reason)}`,
  CustomerGreeted: ({ agentId, agentKind, team, waitSeconds }) =>
    `${agentKind === 'bot' ? 'A bot' : `Agent ${agentId}`} greeted the customer${also(team && `team ${team}`)}${also(waitSeconds !== undefined && `after a wait of ${lengthOf(waitSeconds)}`)}`,
  NeedsIdentified: ({ needs }) =>
    `It was found out what the customer needs: ${needs.map(({ category }) => category).join(', ')}`,
  IssueRaised: ({ issueId, category, severity, team }) =>
    `An issue was raised: ${category}, severity ${severity} (issue ${issueId})${also(team && `team ${team}`)}`,
  IssueAssigned: ({ issueId, agentId, team }) =>
    `Issue ${issueId} was given to ${[agentId && `agent ${agentId}`, team && `team ${team}`].filter(Boolean).join(', ') || 'somebody'}`,
  IssueWaiting: ({ issueId, on }) => `Issue ${issueId} waits for ${WAITS[on]}`,
  IssueResumed: ({ issueId }) => `Work on issue ${issueId} went on`,
  IssueTransferred: ({ issueId, fromTeam, toTeam, toAgentId }) =>
    `Issue ${issueId} was handed on${fromTeam ? ` from team ${fromTeam}` : ''}${toTeam ? ` to team ${toTeam}` : ''}${also(toAgentId && `agent ${toAgentId}`)}`,
  IssueReprioritised: ({ issueId, severity }) => `The severity of issue ${issueId} was set to ${severity}`,
  IssueBreachReported: ({ issueId, target }) =>
    `The source says that issue ${issueId} missed its target${because(target)}`,
  IssueEscalated: ({ issueId, reason, toTeam }) =>
    `Issue ${issueId} was taken to a higher level (${reason})${also(toTeam && `team ${toTeam}`)}`,
  ContactTransferred: ({ toTeam, toAgentId, informationRepeated }) =>
    `The contact was handed on${toTeam ? ` to team ${toTeam}` : ''}${also(toAgentId && `agent ${toAgentId}`)}${also(informationRepeated && 'and the customer had to say everything again')}`,
  ResolutionProvided: ({ issueId, compensation }) =>
    `A resolution was given for issue ${issueId}${also(compensation && `with ${amount(compensation)} as compensation`)}`,
  ResolutionConfirmed: ({ issueId }) => `The customer confirmed that issue ${issueId} is resolved`,
  IssueReopened: ({ issueId, reason }) => `Issue ${issueId} was opened again${because(reason)}`,
  IssueClosed: ({ issueId, reason }) => `Issue ${issueId} was closed${because(reason)}`,
  ReturnInvited: () => 'The customer was invited to come back',
  PromiseMade: ({ promiseId, kind, dueAt }) =>
    `${PROMISES[kind] ?? kind} was promised until ${dueAt} (promise ${promiseId})`,
  PromiseKept: ({ promiseId }) => `Promise ${promiseId} was kept`,
  PromiseBroken: ({ promiseId }) => `Promise ${promiseId} was broken`,
  FollowUpCompleted: ({ outcome }) =>
    outcome === 'unreached'
      ? 'The customer could not be reached for the follow-up'
      : `At the follow-up the customer was ${outcome}`,
  ContactEnded: ({ disposition, talkSeconds, waitSeconds }) => {
    if (disposition === 'abandoned')
      return `The customer gave up waiting${also(seconds(waitSeconds) && `after ${seconds(waitSeconds)}`)}`;
    return `The contact ${disposition === 'dropped' ? 'broke off' : 'ended'}${also(seconds(talkSeconds) && `after ${seconds(talkSeconds)} of talk`)}`;
  },
  SurveySent: ({ survey }) => `The customer was asked ${SURVEYS[survey]} (${survey.toUpperCase()})`,
  FeedbackGiven: ({ survey, score, dimension }) =>
    `The customer answered ${SURVEYS[survey]} with ${score} ${SCALES[survey]}${also(dimension)} (${survey.toUpperCase()})`,
  PurchaseMade: ({ orderId, ...money }) => `The customer bought for ${amount(money)} (order ${orderId})`,
  PurchaseReturned: ({ orderId, reason, ...money }) =>
    `The customer gave back goods for ${amount(money)} (order ${orderId})${because(reason)}`,
  ContractStarted: ({ contractId }) => `Contract ${contractId} began`,
  ContractRenewed: ({ contractId }) => `Contract ${contractId} was renewed`,
  ContractEnded: ({ contractId, reason }) => `Contract ${contractId} ended${because(reason)}`,
  OfferMade: ({ category, accepted }) =>
    `The customer was offered ${category}${also(accepted === true ? 'and accepted' : accepted === false && 'and declined')}`,
  CompetitorRecommended: ({ category }) => `The customer was told of another company, for ${category}`,
  ReferralMade: () => 'The customer recommended the company to somebody',
  PublicMentionPosted: ({ platform, sentiment }) =>
    `The customer wrote about the company on ${platform}, ${sentiment > 0 ? 'kindly' : sentiment < 0 ? 'with displeasure' : 'neither kindly nor unkindly'}`,
  CustomerIdentified: ({ segment }) =>
    `It was recorded who the customer is${also(segment && `segment ${segment}`)}`,
  PreferenceStated: ({ key }) => `The customer stated a preference: ${key}`,
  CustomersMerged: ({ mergedId, reason }, customer) =>
    `${mergedId} and ${customer} were found to be one person${because(reason)}`,
  CustomersUnmerged: ({ mergedId, reason }, customer) =>
    `${mergedId} and ${customer} were found not to be one person${because(reason)}`,
  CustomerErased: () => 'The customer was erased',
  EventRetracted: ({ reason }) => `An earlier event was taken back${because(reason)}`,
};

/** What a step is, for people who know the business and not the ledger. */
export function wordsOf(step: WalkStep): string {
  if (step.kind === 'policy')
    return step.type === 'policy-changed'
      ? 'Another policy came into force'
      : 'Another model came into force';
  if (step.kind === 'time') return wordsOfTime(step);
  const { type, data, customer } = step.fact;
  const words = (WORDS as { readonly [name: string]: Words<FactName> | undefined })[type];
  return words === undefined ? `${type} was recorded` : words(data as never, customer);
}

function wordsOfTime({ change, at }: Extract<WalkStep, { kind: 'time' }>): string {
  const when = formatTime(at).slice(0, 16).replace('T', ' ');
  switch (change.type) {
    case 'sla-breached':
      return `Issue ${change.issueId} was not resolved in time: it was due at ${when}`;
    case 'first-response-missed':
      return `Issue ${change.issueId} was not answered in time: an answer was due at ${when}`;
    case 'promise-missed':
      return `Promise ${change.promiseId} was not kept in time: it was due at ${when}`;
    default:
      return `Contract ${change.contractId} went into another year`;
  }
}
