import { issuesTable } from '#views';
import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import { ISSUE_DIMENSIONS } from './dimensions.js';

export const breachReportedRate = defineMeasure({
  name: 'breach-reported-rate',
  summary: 'The share of issues whose target was missed, as the source itself says',
  formula: 'issues reported as breached ÷ issues raised',
  events: ['IssueRaised', 'IssueBreachReported'],
  numerator: 'issues of which the source reported a breach',
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
  kind: share([{ column: 'breachReported', is: '=', value: 1 }]),
});
