import { issuesTable } from '#views';
import { percentiles } from '../kinds/percentiles.js';
import { defineMeasure } from '../measure.js';
import { ISSUE_DIMENSIONS } from './dimensions.js';

export const firstResponse = defineMeasure({
  name: 'first-response',
  summary:
    'How long customers wait for the first answer by a person, in calendar time: median and 90th percentile',
  formula: 'first reply by a person − raising; a bot does not stop the clock',
  events: ['IssueRaised', 'CustomerGreeted', 'ResolutionProvided'],
  numerator: 'issues answered by a person',
  denominator: 'issues answered by a person; those still without an answer are left out',
  bookedAt: 'when the issue was raised first',
  unit: 'seconds',
  better: 'less',
  leads: true,
  minimum: 5,
  dimensions: ISSUE_DIMENSIONS,
  table: issuesTable,
  time: 'openedAt',
  where: [{ column: 'firstResponseMs', is: 'not-null' }],
  kind: percentiles('firstResponseMs', 1_000),
});
