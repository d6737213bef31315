export { churnRisk } from './churn-risk.js';
export type { ChurnRiskView } from './churn-view.js';
export type { IssuesView, OpenIssueView } from './issues-view.js';
export { loyalty } from './loyalty.js';
export type { LoyaltyComponentView, LoyaltyView } from './loyalty-view.js';
export * from './projections.js';
export { unresolvedIssues } from './unresolved-issues.js';
