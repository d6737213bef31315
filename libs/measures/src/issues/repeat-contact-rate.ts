import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import { ISSUES_RAISED } from './issue-rows.js';

export const repeatContactRate = defineMeasure({
  ...ISSUES_RAISED,
  name: 'repeat-contact-rate',
  summary: 'The share of issues about which the customer had to get in touch more than once',
  formula: 'issues with two contacts or more ÷ issues with a contact',
  events: ['ContactStarted', 'IssueRaised', 'NeedsIdentified', 'ContactTransferred', 'FollowUpCompleted'],
  numerator: 'issues that two contacts or more were about',
  denominator: 'issues that at least one contact was about',
  unit: 'share',
  better: 'less',
  leads: true,
  minimum: 5,
  where: [{ column: 'contacts', is: '>', value: 0 }],
  kind: share([{ column: 'contacts', is: '>', value: 1 }]),
});
