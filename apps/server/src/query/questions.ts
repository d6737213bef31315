import {
  churnRiskList,
  customerQuestion,
  customerView,
  explain,
  issueQueue,
  issuesSummary,
  loyaltyList,
  publishedPolicies,
  publishedPolicy,
  replay,
  timeline,
} from '#projections';

/** The questions by the name under which they cross to a query thread. Loaded there only. */
export const QUESTIONS = {
  customer: customerQuestion,
  view: customerView,
  timeline,
  explain,
  replay,
  'churn-risk-list': churnRiskList,
  'loyalty-list': loyaltyList,
  'issue-list': issueQueue,
  'issues-summary': issuesSummary,
  policies: publishedPolicies,
  policy: publishedPolicy,
};

export type QuestionKind = keyof typeof QUESTIONS;

/** What a question of a kind is about: the second argument of its function. */
export type QuestionArguments<K extends QuestionKind> = Parameters<(typeof QUESTIONS)[K]>[1];
