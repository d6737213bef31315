import { WEEK } from '#scoring';
import { issuesTable, type ListCondition } from '#views';
import { count } from '../kinds/count.js';
import { meanAge } from '../kinds/mean-age.js';
import { percentiles } from '../kinds/percentiles.js';
import { share } from '../kinds/share.js';
import type { Measure } from '../measure.js';

/** Issues; the agent is the one whose resolution holds. */
const ISSUES = {
  dimensions: {
    channel: 'channel',
    queue: 'queue',
    team: 'team',
    agent: 'resolvedBy',
    category: 'category',
    severity: 'severity',
    segment: 'segment',
  },
  table: issuesTable,
} as const satisfies Partial<Measure>;

/** Issues, each counted when it was raised. */
const ISSUES_RAISED = {
  ...ISSUES,
  bookedAt: 'when the issue was raised first',
  time: 'openedAt',
} as const satisfies Partial<Measure>;

/** Issues, each counted when it was resolved for the first time, whatever came later. */
const ISSUES_FIRST_RESOLVED = {
  ...ISSUES,
  bookedAt: 'when the issue was resolved first',
  time: 'firstResolvedAt',
} as const satisfies Partial<Measure>;

/** Issues that are resolved, each counted when its latest spell ended. */
const ISSUES_RESOLVED = {
  ...ISSUES,
  bookedAt: 'when the issue was resolved; reopened ones count nowhere until they are resolved again',
  time: 'resolvedAt',
  where: [{ column: 'resolvedAt', is: 'not-null' }],
} as const satisfies Partial<Measure>;

/** Issues that are open at the end of a bucket. */
const ISSUES_OPEN = {
  ...ISSUES,
  bookedAt: 'at the end of the bucket; an issue that was reopened counts as open from its raising on',
  time: 'openedAt',
  stock: { enters: 'openedAt', leaves: 'resolvedAt' },
} as const satisfies Partial<Measure>;

export const ISSUE_MEASURES: readonly Measure[] = [
  {
    ...ISSUES_RAISED,
    name: 'issues-created',
    summary: 'Issues that were raised',
    formula: 'number of issues',
    events: ['IssueRaised'],
    numerator: 'issues raised',
    better: null,
    leads: true,
    kind: count,
  },
  {
    ...ISSUES_RAISED,
    name: 'issue-transfer-rate',
    summary: 'The share of issues that were handed to another team or agent',
    formula: 'issues transferred at least once ÷ issues raised',
    events: ['IssueRaised', 'IssueTransferred'],
    numerator: 'issues transferred at least once, whenever that was',
    denominator: 'issues raised',
    better: 'less',
    leads: true,
    kind: share([{ column: 'transferred', is: '=', value: 1 }]),
  },
  {
    ...ISSUES_RAISED,
    name: 'breach-reported-rate',
    summary: 'The share of issues whose target was missed, as the source itself says',
    formula: 'issues reported as breached ÷ issues raised',
    events: ['IssueRaised', 'IssueBreachReported'],
    numerator: 'issues of which the source reported a breach',
    denominator: 'issues raised',
    better: 'less',
    leads: true,
    kind: share([{ column: 'breachReported', is: '=', value: 1 }]),
  },
  {
    ...ISSUES_RESOLVED,
    name: 'issues-resolved',
    summary: 'Issues that were resolved, confirmed or closed and have not been reopened since',
    formula: 'number of issues',
    events: ['ResolutionProvided', 'ResolutionConfirmed', 'IssueClosed', 'IssueReopened'],
    numerator: 'issues whose latest spell has ended',
    better: null,
    leads: false,
    kind: count,
  },
  {
    ...ISSUES_OPEN,
    name: 'backlog',
    summary: 'Issues that are open at the end of each bucket',
    formula: 'issues raised before it − issues resolved before it',
    events: ['IssueRaised', 'ResolutionProvided', 'ResolutionConfirmed', 'IssueClosed', 'IssueReopened'],
    numerator: 'issues raised and not resolved at that time',
    better: 'less',
    leads: true,
    kind: count,
  },
  {
    ...ISSUES_OPEN,
    name: 'backlog-age',
    summary: 'The mean age of the issues that are open at the end of each bucket, from their first raising',
    formula: 'Σ (end of the bucket − raised) ÷ open issues',
    events: ['IssueRaised', 'ResolutionProvided', 'ResolutionConfirmed', 'IssueClosed', 'IssueReopened'],
    numerator: 'age of the open issues together, in seconds',
    denominator: 'issues open at that time',
    better: 'less',
    leads: true,
    kind: meanAge('openedAt'),
  },
  {
    ...ISSUES_FIRST_RESOLVED,
    name: 'reopen-rate',
    summary: 'The share of resolved issues that were reopened later, whenever that was',
    formula: 'issues reopened at least once ÷ issues resolved at least once',
    events: ['ResolutionProvided', 'ResolutionConfirmed', 'IssueClosed', 'IssueReopened'],
    numerator: 'issues reopened at least once',
    denominator: 'issues resolved, confirmed or closed at least once',
    better: 'less',
    leads: false,
    where: [{ column: 'firstResolvedAt', is: 'not-null' }],
    kind: share([{ column: 'reopened', is: '=', value: 1 }]),
  },
  {
    ...ISSUES_RAISED,
    name: 'escalation-rate',
    summary: 'The share of issues that were escalated',
    formula: 'issues escalated at least once ÷ issues raised',
    events: ['IssueRaised', 'IssueEscalated'],
    numerator: 'issues escalated at least once',
    denominator: 'issues raised',
    better: 'less',
    leads: true,
    kind: share([{ column: 'escalations', is: '>', value: 0 }]),
  },
  {
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
    better: 'more',
    leads: false,
    where: [{ column: 'firstResolvedAt', is: 'not-null' }],
    kind: share(inOneContact(WEEK)),
    within: {
      usual: 604_800,
      means: 'how long (seconds) after its resolution an issue must not come up again',
    },
    depends: ({ within }) => ({ kind: share(inOneContact(within! * 1_000)) }),
  },
  {
    ...ISSUES_RAISED,
    name: 'repeat-contact-rate',
    summary: 'The share of issues about which the customer had to get in touch more than once',
    formula: 'issues with two contacts or more ÷ issues with a contact',
    events: ['ContactStarted', 'IssueRaised', 'NeedsIdentified', 'ContactTransferred', 'FollowUpCompleted'],
    numerator: 'issues that two contacts or more were about',
    denominator: 'issues that at least one contact was about',
    better: 'less',
    leads: true,
    where: [{ column: 'contacts', is: '>', value: 0 }],
    kind: share([{ column: 'contacts', is: '>', value: 1 }]),
  },
  responseTime('first-response', 'calendar time', 'firstResponseMs'),
  responseTime('first-response-business', 'business hours', 'firstResponseBusinessMs'),
  untilFirstResolution('first-resolution-time', 'calendar time', 'firstResolutionMs'),
  untilFirstResolution('first-resolution-time-business', 'business hours', 'firstResolutionBusinessMs'),
  openTime('resolution-time', 'calendar time', 'openMs'),
  openTime('resolution-time-business', 'business hours', 'openBusinessMs'),
  {
    ...ISSUES_RESOLVED,
    name: 'confirmation-rate',
    summary: 'The share of resolved issues of which the customer agreed that they are solved',
    formula: 'issues confirmed ÷ issues resolved',
    events: ['ResolutionProvided', 'ResolutionConfirmed', 'IssueClosed', 'IssueReopened'],
    numerator: 'issues that the customer confirmed',
    denominator: 'issues resolved and not reopened since',
    better: 'more',
    leads: false,
    kind: share([{ column: 'confirmedAt', is: 'not-null' }]),
  },
  {
    ...ISSUES_RESOLVED,
    name: 'sla-attainment',
    summary: 'The share of resolved issues whose target was kept in every spell',
    formula:
      'issues never breached ÷ issues resolved; whether one was breached is settled when it is resolved',
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
    better: 'more',
    leads: false,
    kind: share([{ column: 'breachesAt', is: 'null' }]),
  },
];

function inOneContact(millis: number): readonly ListCondition[] {
  return [
    { column: 'contactsToResolution', is: '<=', value: 1 },
    { column: 'recurredAt', is: 'after-or-null', value: millis, plus: 'firstResolvedAt' },
  ];
}

function responseTime(name: string, clock: 'calendar time' | 'business hours', column: string): Measure {
  return {
    ...ISSUES_RAISED,
    name,
    summary: `How long customers wait for the first answer by a person, in ${clock}: median and 90th percentile`,
    formula: 'first reply by a person − raising; a bot does not stop the clock',
    events: ['IssueRaised', 'CustomerGreeted', 'ResolutionProvided'],
    numerator: 'issues answered by a person',
    denominator: 'issues answered by a person; those still without an answer are left out',
    better: 'less',
    leads: true,
    where: [{ column, is: 'not-null' }],
    kind: percentiles(column),
  };
}

function untilFirstResolution(
  name: string,
  clock: 'calendar time' | 'business hours',
  column: string,
): Measure {
  return {
    ...ISSUES_FIRST_RESOLVED,
    name,
    summary: `How long it takes until an issue is resolved first, in ${clock}: median and 90th percentile`,
    formula: 'first resolution − raising',
    events: ['IssueRaised', 'ResolutionProvided', 'ResolutionConfirmed', 'IssueClosed', 'IssueReopened'],
    numerator: 'issues resolved at least once',
    denominator: 'issues resolved at least once',
    better: 'less',
    leads: false,
    where: [{ column, is: 'not-null' }],
    kind: percentiles(column),
  };
}

function openTime(name: string, clock: 'calendar time' | 'business hours', column: string): Measure {
  return {
    ...ISSUES_RESOLVED,
    name,
    summary: `How long resolved issues were open in all their spells, in ${clock}: median and 90th percentile`,
    formula:
      'Σ over spells (resolved − raised or reopened): the time between a resolution and a reopening does not count',
    events: ['IssueRaised', 'ResolutionProvided', 'ResolutionConfirmed', 'IssueClosed', 'IssueReopened'],
    numerator: 'issues resolved',
    denominator: 'issues resolved and not reopened since',
    better: 'less',
    leads: false,
    kind: percentiles(column),
  };
}
