export { type ChurnReason } from '#scoring';
export { churnRisk } from './churn-risk.js';
export type { ChurnRiskView } from './churn-view.js';
export type { IssuesView, OpenIssueView } from './issues-view.js';
export { loyalty } from './loyalty.js';
export type { LoyaltyComponentView, LoyaltyView } from './loyalty-view.js';
export * from './projections.js';
export type * from './questions/asker.js';
export type { ViewChange } from './questions/changes.js';
export { churnRiskList, type ChurnRiskItem } from './questions/churn-risk-list.js';
export {
  customerQuestion,
  customerView,
  type CustomerViews,
  type ViewName,
  type Views,
} from './questions/customer-question.js';
export {
  explain,
  type ExplanationAnswer,
  type ExplanationLine,
  type ExplanationPlace,
} from './questions/explain.js';
export type { IssueFilter } from './questions/issue-filter.js';
export { issueQueue, type IssueItem, type IssueOrder } from './questions/issue-queue.js';
export { issuesSummary, type IssueCounts, type IssuesSummary } from './questions/issues-summary.js';
export { aggregateRows, selectPage } from './questions/list-filter.js';
export type { ListMoment, ListPlace } from './questions/list-inquiry.js';
export { loyaltyList, type LoyaltyItem } from './questions/loyalty-list.js';
export {
  publishedPolicies,
  publishedPolicy,
  type PoliciesPlace,
  type PoliciesQuestion,
  type PolicyType,
  type PublishedPolicy,
} from './questions/published-policies.js';
export { replay, type ReplayItem, type ReplayPlace } from './questions/replay.js';
export { timeline, type TimelineItem, type TimelinePlace } from './questions/timeline.js';
export { unresolvedIssues } from './unresolved-issues.js';
