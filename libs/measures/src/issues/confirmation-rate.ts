import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import { ISSUES_RESOLVED } from './issue-rows.js';

export const confirmationRate = defineMeasure({
  ...ISSUES_RESOLVED,
  name: 'confirmation-rate',
  summary: 'The share of resolved issues of which the customer agreed that they are solved',
  formula: 'issues confirmed ÷ issues resolved',
  events: ['ResolutionProvided', 'ResolutionConfirmed', 'IssueClosed', 'IssueReopened'],
  numerator: 'issues that the customer confirmed',
  denominator: 'issues resolved and not reopened since',
  unit: 'share',
  better: 'more',
  leads: false,
  minimum: 5,
  kind: share([{ column: 'confirmedAt', is: 'not-null' }]),
});
