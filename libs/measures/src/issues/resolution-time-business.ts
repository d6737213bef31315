import { issuesTable } from '#views';
import { percentiles } from '../kinds/percentiles.js';
import { defineMeasure } from '../measure.js';
import { ISSUE_DIMENSIONS } from './dimensions.js';

export const resolutionTimeBusiness = defineMeasure({
  name: 'resolution-time-business',
  summary:
    'How long resolved issues were open in all their spells, in business hours: median and 90th percentile',
  formula:
    'Σ over spells (resolved − raised or reopened): the time between a resolution and a reopening does not count',
  events: ['IssueRaised', 'ResolutionProvided', 'ResolutionConfirmed', 'IssueClosed', 'IssueReopened'],
  numerator: 'issues resolved',
  denominator: 'issues resolved and not reopened since',
  bookedAt: 'when the issue was resolved; reopened ones count nowhere until they are resolved again',
  unit: 'seconds',
  better: 'less',
  leads: false,
  minimum: 5,
  dimensions: ISSUE_DIMENSIONS,
  table: issuesTable,
  time: 'resolvedAt',
  where: [{ column: 'resolvedAt', is: 'not-null' }],
  kind: percentiles('openBusinessMs', 1_000),
});
