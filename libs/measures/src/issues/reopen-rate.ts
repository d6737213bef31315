import { issuesTable } from '#views';
import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import { ISSUE_DIMENSIONS } from './dimensions.js';

export const reopenRate = defineMeasure({
  name: 'reopen-rate',
  summary: 'The share of resolved issues that were reopened later, whenever that was',
  formula: 'issues reopened at least once ÷ issues resolved at least once',
  events: ['ResolutionProvided', 'ResolutionConfirmed', 'IssueClosed', 'IssueReopened'],
  numerator: 'issues reopened at least once',
  denominator: 'issues resolved, confirmed or closed at least once',
  bookedAt: 'when the issue was resolved first',
  unit: 'share',
  better: 'less',
  leads: false,
  minimum: 5,
  dimensions: ISSUE_DIMENSIONS,
  table: issuesTable,
  time: 'firstResolvedAt',
  where: [{ column: 'firstResolvedAt', is: 'not-null' }],
  kind: share([{ column: 'reopened', is: '=', value: 1 }]),
});
