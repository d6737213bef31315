import { WEEK } from '#scoring';
import type { ListCondition } from '#views';
import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import { ISSUES_FIRST_RESOLVED } from './issue-rows.js';

export const firstContactResolution = defineMeasure({
  ...ISSUES_FIRST_RESOLVED,
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
  unit: 'share',
  better: 'more',
  leads: false,
  minimum: 5,
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
