import { issuesTable } from '#views';
import { count } from '../kinds/count.js';
import { defineMeasure } from '../measure.js';
import { ISSUE_DIMENSIONS } from './dimensions.js';

export const issuesCreated = defineMeasure({
  name: 'issues-created',
  summary: 'Issues that were raised',
  formula: 'number of issues',
  events: ['IssueRaised'],
  numerator: 'issues raised',
  denominator: null,
  bookedAt: 'when the issue was raised first',
  unit: 'count',
  better: null,
  leads: true,
  minimum: 0,
  dimensions: ISSUE_DIMENSIONS,
  table: issuesTable,
  time: 'openedAt',
  where: [],
  kind: count,
});
