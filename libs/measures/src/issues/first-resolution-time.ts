import { percentiles } from '../kinds/percentiles.js';
import { defineMeasure } from '../measure.js';
import { ISSUES_FIRST_RESOLVED } from './issue-rows.js';

export const firstResolutionTime = untilFirstResolution(
  'first-resolution-time',
  'calendar time',
  'firstResolutionMs',
);

export const firstResolutionTimeBusiness = untilFirstResolution(
  'first-resolution-time-business',
  'business hours',
  'firstResolutionBusinessMs',
);

function untilFirstResolution(name: string, clock: 'calendar time' | 'business hours', column: string) {
  return defineMeasure({
    ...ISSUES_FIRST_RESOLVED,
    name,
    summary: `How long it takes until an issue is resolved first, in ${clock}: median and 90th percentile`,
    formula: 'first resolution − raising',
    events: ['IssueRaised', 'ResolutionProvided', 'ResolutionConfirmed', 'IssueClosed', 'IssueReopened'],
    numerator: 'issues resolved at least once',
    denominator: 'issues resolved at least once',
    unit: 'seconds',
    better: 'less',
    leads: false,
    minimum: 5,
    where: [{ column, is: 'not-null' }],
    kind: percentiles(column, 1_000),
  });
}
