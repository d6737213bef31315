import { issuesTable } from '#views';
import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import { ISSUE_DIMENSIONS } from './dimensions.js';

export const slaAttainment = defineMeasure({
  name: 'sla-attainment',
  summary: 'The share of resolved issues whose target was kept in every spell',
  formula: 'issues never breached ÷ issues resolved; whether one was breached is settled when it is resolved',
  events: [
    'IssueRaised',
    'IssueWaiting',
    'IssueResumed',
    'IssueReprioritised',
    'ResolutionProvided',
    'ResolutionConfirmed',
    'IssueClosed',
    'IssueReopened',
  ],
  numerator: 'issues of which no spell was breached',
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
  kind: share([{ column: 'breachesAt', is: 'null' }]),
});
