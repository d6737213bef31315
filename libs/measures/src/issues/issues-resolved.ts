import { issuesTable } from '#views';
import { count } from '../kinds/count.js';
import { defineMeasure } from '../measure.js';
import { ISSUE_DIMENSIONS } from './dimensions.js';

export const issuesResolved = defineMeasure({
  name: 'issues-resolved',
  summary: 'Issues that were resolved, confirmed or closed and have not been reopened since',
  formula: 'number of issues',
  events: ['ResolutionProvided', 'ResolutionConfirmed', 'IssueClosed', 'IssueReopened'],
  numerator: 'issues whose latest spell has ended',
  denominator: null,
  bookedAt: 'when the issue was resolved; reopened ones count nowhere until they are resolved again',
  unit: 'count',
  better: null,
  leads: false,
  minimum: 0,
  dimensions: ISSUE_DIMENSIONS,
  table: issuesTable,
  time: 'resolvedAt',
  where: [{ column: 'resolvedAt', is: 'not-null' }],
  kind: count,
});
