import { issuesTable } from '#views';
import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import { ISSUE_DIMENSIONS } from './dimensions.js';

export const confirmationRate = defineMeasure({
  name: 'confirmation-rate',
  summary: 'The share of resolved issues of which the customer agreed that they are solved',
  formula: 'issues confirmed ÷ issues resolved',
  events: ['ResolutionProvided', 'ResolutionConfirmed', 'IssueClosed', 'IssueReopened'],
  numerator: 'issues that the customer confirmed',
  denominator: 'issues resolved and not reopened since',
  bookedAt: 'when the issue was resolved; reopened ones count nowhere until they are resolved again',
  unit: 'share',
  better: 'more',
  leads: false,
  minimum: 5,
  dimensions: ISSUE_DIMENSIONS,
  table: issuesTable,
  time: 'resolvedAt',
  where: [{ column: 'resolvedAt', is: 'not-null' }],
  kind: share([{ column: 'confirmedAt', is: 'not-null' }]),
});
