import { percentiles } from '../kinds/percentiles.js';
import { defineMeasure } from '../measure.js';
import { ISSUES_RAISED } from './issue-rows.js';

export const firstResponse = responseTime('first-response', 'calendar time', 'firstResponseMs');

export const firstResponseBusiness = responseTime(
  'first-response-business',
  'business hours',
  'firstResponseBusinessMs',
);

function responseTime(name: string, clock: 'calendar time' | 'business hours', column: string) {
  return defineMeasure({
    ...ISSUES_RAISED,
    name,
    summary: `How long customers wait for the first answer by a person, in ${clock}: median and 90th percentile`,
    formula: 'first reply by a person − raising; a bot does not stop the clock',
    events: ['IssueRaised', 'CustomerGreeted', 'ResolutionProvided'],
    numerator: 'issues answered by a person',
    denominator: 'issues answered by a person; those still without an answer are left out',
    unit: 'seconds',
    better: 'less',
    leads: true,
    minimum: 5,
    where: [{ column, is: 'not-null' }],
    kind: percentiles(column, 1_000),
  });
}
