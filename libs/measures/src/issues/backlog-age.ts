import { meanAge } from '../kinds/mean-age.js';
import { defineMeasure } from '../measure.js';
import { ISSUES_OPEN } from './issue-rows.js';

export const backlogAge = defineMeasure({
  ...ISSUES_OPEN,
  name: 'backlog-age',
  summary: 'The mean age of the issues that are open at the end of each bucket, from their first raising',
  formula: 'Σ (end of the bucket − raised) ÷ open issues',
  events: ['IssueRaised', 'ResolutionProvided', 'ResolutionConfirmed', 'IssueClosed', 'IssueReopened'],
  numerator: 'age of the open issues together, in seconds',
  denominator: 'issues open at that time',
  unit: 'seconds',
  better: 'less',
  leads: true,
  minimum: 1,
  kind: meanAge('openedAt'),
});
