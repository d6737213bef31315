import { count } from '../kinds/count.js';
import { defineMeasure } from '../measure.js';
import { ISSUES_RESOLVED } from './issue-rows.js';

export const issuesResolved = defineMeasure({
  ...ISSUES_RESOLVED,
  name: 'issues-resolved',
  summary: 'Issues that were resolved, confirmed or closed and have not been reopened since',
  formula: 'number of issues',
  events: ['ResolutionProvided', 'ResolutionConfirmed', 'IssueClosed', 'IssueReopened'],
  numerator: 'issues whose latest spell has ended',
  denominator: null,
  unit: 'count',
  better: null,
  leads: false,
  minimum: 0,
  kind: count,
});
