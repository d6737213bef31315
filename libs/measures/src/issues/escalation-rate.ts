import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import { ISSUES_RAISED } from './issue-rows.js';

export const escalationRate = defineMeasure({
  ...ISSUES_RAISED,
  name: 'escalation-rate',
  summary: 'The share of issues that were escalated',
  formula: 'issues escalated at least once ÷ issues raised',
  events: ['IssueRaised', 'IssueEscalated'],
  numerator: 'issues escalated at least once',
  denominator: 'issues raised',
  unit: 'share',
  better: 'less',
  leads: true,
  minimum: 5,
  where: [],
  kind: share([{ column: 'escalations', is: '>', value: 0 }]),
});
