import { issuesTable } from '#views';
import { count } from '../kinds/count.js';
import { defineMeasure } from '../measure.js';
import { ISSUE_DIMENSIONS } from './dimensions.js';

export const backlog = defineMeasure({
  name: 'backlog',
  summary: 'Issues that are open at the end of each bucket',
  formula: 'issues raised before it − issues resolved before it',
  events: ['IssueRaised', 'ResolutionProvided', 'ResolutionConfirmed', 'IssueClosed', 'IssueReopened'],
  numerator: 'issues raised and not resolved at that time',
  denominator: null,
  bookedAt: 'at the end of the bucket; an issue that was reopened counts as open from its raising on',
  unit: 'count',
  better: 'less',
  leads: true,
  minimum: 0,
  dimensions: ISSUE_DIMENSIONS,
  table: issuesTable,
  time: 'openedAt',
  where: [],
  kind: count,
  stock: { enters: 'openedAt', leaves: 'resolvedAt' },
});
