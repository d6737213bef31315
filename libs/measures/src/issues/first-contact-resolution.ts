import { issuesTable } from '#views';
import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import { WEEK } from '#scoring';
import type { ListCondition } from '#views';
import { ISSUE_DIMENSIONS } from './dimensions.js';

export const firstContactResolution = defineMeasure({
  name: 'first-contact-resolution',
  summary: 'The share of issues resolved in one contact that did not come up again within the limit',
  formula:
    'issues resolved in at most one contact, and neither reopened nor talked about again within the limit ÷ issues resolved',
  events: [
    'ContactStarted',
    'NeedsIdentified',
    'FollowUpCompleted',
    'ResolutionProvided',
    'ResolutionConfirmed',
    'IssueClosed',
    'IssueReopened',
  ],
  numerator: 'issues resolved in at most one contact that did not come up again within the limit',
  denominator: 'issues resolved at least once; those of the last days may still come up again',
  bookedAt: 'when the issue was resolved first',
  unit: 'share',
  better: 'more',
  leads: false,
  minimum: 5,
  dimensions: ISSUE_DIMENSIONS,
  table: issuesTable,
  time: 'firstResolvedAt',
  where: [{ column: 'firstResolvedAt', is: 'not-null' }],
  kind: share(inOneContact(WEEK)),
  within: {
    usual: 604_800,
    means: 'how long (seconds) after its resolution an issue must not come up again',
  },
  depends: ({ within }) => ({ kind: share(inOneContact(within! * 1_000)) }),
});

function inOneContact(millis: number): readonly ListCondition[] {
  return [
    { column: 'contactsToResolution', is: '<=', value: 1 },
    { column: 'recurredAt', is: 'after-or-null', value: millis, plus: 'firstResolvedAt' },
  ];
}
