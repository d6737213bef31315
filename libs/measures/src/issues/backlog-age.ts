import { issuesTable } from '#views';
import { meanAge } from '../kinds/mean-age.js';
import { defineMeasure } from '../measure.js';
import { ISSUE_DIMENSIONS } from './dimensions.js';

export const backlogAge = defineMeasure({
  name: 'backlog-age',
  summary: 'The mean age of the issues that are open at the end of each bucket, from their first raising',
  formula: 'Σ (end of the bucket − raised) ÷ open issues',
  events: ['IssueRaised', 'ResolutionProvided', 'ResolutionConfirmed', 'IssueClosed', 'IssueReopened'],
  numerator: 'age of the open issues together, in seconds',
  denominator: 'issues open at that time',
  bookedAt: 'at the end of the bucket; an issue that was reopened counts as open from its raising on',
  unit: 'seconds',
  better: 'less',
  leads: true,
  minimum: 1,
  dimensions: ISSUE_DIMENSIONS,
  table: issuesTable,
  time: 'openedAt',
  where: [],
  kind: meanAge('openedAt'),
  stock: { enters: 'openedAt', leaves: 'resolvedAt' },
});
