import { count } from '../kinds/count.js';
import { defineMeasure } from '../measure.js';
import { ISSUES_RAISED } from './issue-rows.js';

export const issuesCreated = defineMeasure({
  ...ISSUES_RAISED,
  name: 'issues-created',
  summary: 'Issues that were raised',
  formula: 'number of issues',
  events: ['IssueRaised'],
  numerator: 'issues raised',
  denominator: null,
  unit: 'count',
  better: null,
  leads: true,
  minimum: 0,
  where: [],
  kind: count,
});
