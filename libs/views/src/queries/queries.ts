import { actionList } from './action-list.js';
import { alertConditions } from '../alerts/alert-conditions.js';
import { bandSummary } from './band-summary.js';
import { churnRiskList } from './churn-risk-list.js';
import { customerList } from './customer-list.js';
import { customersWith } from './customers-with.js';
import { customerTimeline, timelinePlace } from './customer-timeline.js';
import { customerView, customerViews } from './customer-views.js';
import { explain, explanationPlace } from './explain.js';
import { identity } from './identity.js';
import { issueQueue } from './issue-queue.js';
import { issuesSummary } from './issues-summary.js';
import { listPlace } from './list-page.js';
import { loyaltyList } from './loyalty-list.js';
import { oneIssue } from './one-issue.js';
import { promiseList } from './promise-list.js';
import { policyPreview, policyPreviewPlace, type PolicyPreviewQuery } from './policy-preview.js';
import { policiesPlace, publishedPolicies, publishedPolicy } from './published-policies.js';
import type { QueryContext } from './query-context.js';
import { replay, replayPlace } from './replay.js';

/** Queries that timelines and policies alone answer: they are never behind what is committed of the log. */
export const TIMELINE_QUERIES = {
  customer: customerViews,
  view: customerView,
  timeline: customerTimeline,
  identity,
  explain,
  replay,
  policies: publishedPolicies,
  policy: publishedPolicy,
  'customers-with': customersWith,
};

/** Queries that read derived tables. */
const TABLE_QUERIES = {
  'churn-risk-list': churnRiskList,
  'loyalty-list': loyaltyList,
  'band-summary': bandSummary,
  'customer-list': customerList,
  'promise-list': promiseList,
  'action-list': actionList,
  'issue-list': issueQueue,
  issue: oneIssue,
  'issues-summary': issuesSummary,
  // Of a draft of alert rules.
  'policy-preview': (query: QueryContext, question: PolicyPreviewQuery) => policyPreview(query, question),
  'alert-conditions': alertConditions,
};

/** Every query to the read model, by the name under which it crosses to a query thread. */
export const QUERIES = { ...TIMELINE_QUERIES, ...TABLE_QUERIES };

export type QueryName = keyof typeof QUERIES;

/** What a query is asked: the second argument of its function. */
export type QuestionOf<Name extends QueryName> = Parameters<(typeof QUERIES)[Name]>[1];

/** Where the next page begins, for each query that is answered in pages. */
export const PLACES = {
  timeline: timelinePlace,
  explain: explanationPlace,
  replay: replayPlace,
  policies: policiesPlace,
  'policy-preview': policyPreviewPlace,
  'churn-risk-list': listPlace,
  'loyalty-list': listPlace,
  'issue-list': listPlace,
  'customer-list': listPlace,
  'promise-list': listPlace,
  'action-list': listPlace,
};
