import { issuesTable } from '#views';
import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import { ISSUE_DIMENSIONS } from './dimensions.js';

export const repeatContactRate = defineMeasure({
  name: 'repeat-contact-rate',
  summary: 'The share of issues about which the customer had to get in touch more than once',
  formula: 'issues with two contacts or more ÷ issues with a contact',
  events: ['ContactStarted', 'IssueRaised', 'NeedsIdentified', 'ContactTransferred', 'FollowUpCompleted'],
  numerator: 'issues that two contacts or more were about',
  denominator: 'issues that at least one contact was about',
  bookedAt: 'when the issue was raised first',
  unit: 'share',
  better: 'less',
  leads: true,
  minimum: 5,
  dimensions: ISSUE_DIMENSIONS,
  table: issuesTable,
  time: 'openedAt',
  where: [{ column: 'contacts', is: '>', value: 0 }],
  kind: share([{ column: 'contacts', is: '>', value: 1 }]),
});
