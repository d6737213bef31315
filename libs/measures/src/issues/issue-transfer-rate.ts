import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import { ISSUES_RAISED } from './issue-rows.js';

export const issueTransferRate = defineMeasure({
  ...ISSUES_RAISED,
  name: 'issue-transfer-rate',
  summary: 'The share of issues that were handed to another team or agent',
  formula: 'issues transferred at least once ÷ issues raised',
  events: ['IssueRaised', 'IssueTransferred'],
  numerator: 'issues transferred at least once, whenever that was',
  denominator: 'issues raised',
  unit: 'share',
  better: 'less',
  leads: true,
  minimum: 5,
  where: [],
  kind: share([{ column: 'transferred', is: '=', value: 1 }]),
});
