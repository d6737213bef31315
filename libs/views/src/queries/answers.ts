import type { Schema } from '../schema.js';
import { VIEWS } from '../views.js';
import { actionListSchema } from './action-list.js';
import { BANDED_VIEWS, bandSummarySchema } from './band-summary.js';
import { churnRiskListSchema } from './churn-risk-list.js';
import { customerListSchema } from './customer-list.js';
import { timelineSchema } from './customer-timeline.js';
import { customerViewSchema, customerViewsSchema } from './customer-views.js';
import { erasedCustomerSchema } from './erased-answer.js';
import { explanationSchema } from './explain.js';
import { issueListSchema } from './issue-queue.js';
import { issuesSummarySchema } from './issues-summary.js';
import { loyaltyListSchema } from './loyalty-list.js';
import { issueSchema } from './one-issue.js';
import { promiseListSchema } from './promise-list.js';
import { policiesSchema, policySchema } from './published-policies.js';
import { policyPreviewSchema } from './policy-preview.js';
import { replaySchema } from './replay.js';

/** What queries answer, by the name of the schema in OpenAPI. */
export const ANSWERS = {
  customer: customerViewsSchema,
  'erased-customer': erasedCustomerSchema,
  timeline: timelineSchema,
  explanation: explanationSchema,
  replay: replaySchema,
  'churn-risk-list': churnRiskListSchema,
  'loyalty-list': loyaltyListSchema,
  'customer-list': customerListSchema,
  'promise-list': promiseListSchema,
  'action-list': actionListSchema,
  'issue-list': issueListSchema,
  issue: issueSchema,
  'issues-summary': issuesSummarySchema,
  policies: policiesSchema,
  policy: policySchema,
  'policy-preview': policyPreviewSchema,
};

/** What is answered of one view: `customer-<view>` of a customer, `<view>-summary` of all. */
export const VIEW_ANSWERS: { readonly [name: string]: Schema<unknown> } = Object.fromEntries([
  ...VIEWS.map(({ name }) => [`customer-${name}`, customerViewSchema(name)] as const),
  ...BANDED_VIEWS.map((view) => [`${view.name}-summary`, bandSummarySchema(view)] as const),
]);
