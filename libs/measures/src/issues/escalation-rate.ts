import { issuesTable } from '#views';
import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import { ISSUE_DIMENSIONS } from './dimensions.js';

export const escalationRate = defineMeasure({
  name: 'escalation-rate',
  summary: 'The share of issues that were escalated',
  formula: 'issues escalated at least once ÷ issues raised',
  events: ['IssueRaised', 'IssueEscalated'],
  numerator: 'issues escalated at least once',
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
  kind: share([{ column: 'escalations', is: '>', value: 0 }]),
});
