import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import { ISSUES_FIRST_RESOLVED } from './issue-rows.js';

export const reopenRate = defineMeasure({
  ...ISSUES_FIRST_RESOLVED,
  name: 'reopen-rate',
  summary: 'The share of resolved issues that were reopened later, whenever that was',
  formula: 'issues reopened at least once ÷ issues resolved at least once',
  events: ['ResolutionProvided', 'ResolutionConfirmed', 'IssueClosed', 'IssueReopened'],
  numerator: 'issues reopened at least once',
  denominator: 'issues resolved, confirmed or closed at least once',
  unit: 'share',
  better: 'less',
  leads: false,
  minimum: 5,
  where: [{ column: 'firstResolvedAt', is: 'not-null' }],
  kind: share([{ column: 'reopened', is: '=', value: 1 }]),
});
