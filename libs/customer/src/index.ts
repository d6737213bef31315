export type { About } from './about.js';
export type { MentionRecord } from './advocacy.js';
export type { ContractRecord } from './behaviour.js';
export type { CommerceRecord } from './commerce.js';
export { Contact, type StepOutcome } from './contact.js';
export type { ContactAgent } from './contact-agents.js';
export { churnInputs, loyaltyInputs } from './score-inputs.js';
export * from './customer-state.js';
export type { HandoffRecord } from './handoffs.js';
export { type OwnChange, instantsBetween } from './instants.js';
export { type Issue, ISSUE_STATES, type IssueState } from './issue.js';
export { type IssueAgent, workOf } from './issue-agents.js';
export { majorUnits } from './money.js';
export type { OfferRecord } from './offers.js';
export type { PreferenceRecord } from './profile.js';
export {
  missedAtOf,
  PROMISE_STATES,
  type PromiseRecord,
  type PromiseState,
  promiseStateAt,
} from './promises.js';
export { RECENT } from './recent.js';
export type { AnswerRecord, SurveyRecord } from './survey-records.js';
