import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import { ISSUES_RAISED } from './issue-rows.js';

export const breachReportedRate = defineMeasure({
  ...ISSUES_RAISED,
  name: 'breach-reported-rate',
  summary: 'The share of issues whose target was missed, as the source itself says',
  formula: 'issues reported as breached ÷ issues raised',
  events: ['IssueRaised', 'IssueBreachReported'],
  numerator: 'issues of which the source reported a breach',
  denominator: 'issues raised',
  unit: 'share',
  better: 'less',
  leads: true,
  minimum: 5,
  where: [],
  kind: share([{ column: 'breachReported', is: '=', value: 1 }]),
});
