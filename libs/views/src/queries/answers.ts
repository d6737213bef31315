import type { Json } from '#event-sourcing';
import { VIEWS } from '../views.js';
import { churnRiskListSchema } from './churn-risk-list.js';
import { timelineSchema } from './customer-timeline.js';
import { customerViewSchema, customerViewsSchema } from './customer-views.js';
import { explanationSchema } from './explain.js';
import { issueListSchema } from './issue-queue.js';
import { issuesSummarySchema } from './issues-summary.js';
import { loyaltyListSchema } from './loyalty-list.js';
import { policiesSchema, policySchema } from './published-policies.js';
import { replaySchema } from './replay.js';

/** What queries answer, by the name of the schema in OpenAPI: `customer-<view>` for one view of a customer. */
export const ANSWERS: { readonly [name: string]: { readonly [keyword: string]: Json } } = {
  customer: customerViewsSchema.json,
  ...Object.fromEntries(VIEWS.map(({ name }) => [`customer-${name}`, customerViewSchema(name).json])),
  timeline: timelineSchema.json,
  explanation: explanationSchema.json,
  replay: replaySchema.json,
  'churn-risk-list': churnRiskListSchema.json,
  'loyalty-list': loyaltyListSchema.json,
  'issue-list': issueListSchema.json,
  'issues-summary': issuesSummarySchema.json,
  policies: policiesSchema.json,
  policy: policySchema.json,
};
