import { issuesTable } from '#views';
import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import { ISSUE_DIMENSIONS } from './dimensions.js';

export const issueTransferRate = defineMeasure({
  name: 'issue-transfer-rate',
  summary: 'The share of issues that were handed to another team or agent',
  formula: 'issues transferred at least once ÷ issues raised',
  events: ['IssueRaised', 'IssueTransferred'],
  numerator: 'issues transferred at least once, whenever that was',
  denominator: 'issues raised',
  bookedAt: 'when the issue was raised first',
  unit: 'share',
  better: 'less',
  leads: true,
  minimum: 5,
  dimensions: ISSUE_DIMENSIONS,
  table: issuesTable,
  time: 'openedAt',
  where: [],
  kind: share([{ column: 'transferred', is: '=', value: 1 }]),
});
