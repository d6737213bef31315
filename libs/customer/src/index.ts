export { churnInputs, loyaltyInputs } from './score-inputs.js';
export * from './customer-state.js';
export { type OwnChange, instantsBetween } from './instants.js';
export { type Issue, ISSUE_STATES, type IssueState } from './issue.js';
