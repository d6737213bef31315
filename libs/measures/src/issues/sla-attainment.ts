import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import { ISSUES_RESOLVED } from './issue-rows.js';

export const slaAttainment = defineMeasure({
  ...ISSUES_RESOLVED,
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
  unit: 'share',
  better: 'more',
  leads: false,
  minimum: 5,
  kind: share([{ column: 'breachesAt', is: 'null' }]),
});
