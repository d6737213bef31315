import { issuesTable } from '#views';
import { percentiles } from '../kinds/percentiles.js';
import { defineMeasure } from '../measure.js';
import { ISSUE_DIMENSIONS } from './dimensions.js';

export const firstResolutionTimeBusiness = defineMeasure({
  name: 'first-resolution-time-business',
  summary:
    'How long it takes until an issue is resolved first, in business hours: median and 90th percentile',
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
  where: [{ column: 'firstResolutionBusinessMs', is: 'not-null' }],
  kind: percentiles('firstResolutionBusinessMs', 1_000),
});
