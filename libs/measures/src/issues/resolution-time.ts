import { percentiles } from '../kinds/percentiles.js';
import { defineMeasure } from '../measure.js';
import { ISSUES_RESOLVED } from './issue-rows.js';

export const resolutionTime = openTime('resolution-time', 'calendar time', 'openMs');

export const resolutionTimeBusiness = openTime(
  'resolution-time-business',
  'business hours',
  'openBusinessMs',
);

function openTime(name: string, clock: 'calendar time' | 'business hours', column: string) {
  return defineMeasure({
    ...ISSUES_RESOLVED,
    name,
    summary: `How long resolved issues were open in all their spells, in ${clock}: median and 90th percentile`,
    formula:
      'Σ over spells (resolved − raised or reopened): the time between a resolution and a reopening does not count',
    events: ['IssueRaised', 'ResolutionProvided', 'ResolutionConfirmed', 'IssueClosed', 'IssueReopened'],
    numerator: 'issues resolved',
    denominator: 'issues resolved and not reopened since',
    unit: 'seconds',
    better: 'less',
    leads: false,
    minimum: 5,
    kind: percentiles(column, 1_000),
  });
}
