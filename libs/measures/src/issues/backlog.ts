import { count } from '../kinds/count.js';
import { defineMeasure } from '../measure.js';
import { ISSUES_OPEN } from './issue-rows.js';

export const backlog = defineMeasure({
  ...ISSUES_OPEN,
  name: 'backlog',
  summary: 'Issues that are open at the end of each bucket',
  formula: 'issues raised before it − issues resolved before it',
  events: ['IssueRaised', 'ResolutionProvided', 'ResolutionConfirmed', 'IssueClosed', 'IssueReopened'],
  numerator: 'issues raised and not resolved at that time',
  denominator: null,
  unit: 'count',
  better: 'less',
  leads: true,
  minimum: 0,
  kind: count,
});
