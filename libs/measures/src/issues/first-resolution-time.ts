import { issuesTable } from '#views';
import { percentiles } from '../kinds/percentiles.js';
import { defineMeasure } from '../measure.js';
import { ISSUE_DIMENSIONS } from './dimensions.js';

export const firstResolutionTime = defineMeasure({
  name: 'first-resolution-time',
  summary: 'How long it takes until an issue is resolved first, in calendar time: median and 90th percentile',
  formula: 'first resolution − raising',
  events: ['IssueRaised', 'ResolutionProvided', 'ResolutionConfirmed', 'IssueClosed', 'IssueReopened'],
  numerator: 'issues resolved at least once',
  denominator: 'issues resolved at least once',
  bookedAt: 'when the issue was resolved first',
  unit: 'seconds',
  better: 'less',
  leads: false,
  minimum: 5,
  dimensions: ISSUE_DIMENSIONS,
  table: issuesTable,
  time: 'firstResolvedAt',
  where: [{ column: 'firstResolutionMs', is: 'not-null' }],
  kind: percentiles('firstResolutionMs', 1_000),
});
