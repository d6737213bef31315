import type { CustomerState, Issue } from '#customer';
import { formatTime, timeOrNull } from '#event-sourcing';
import { SEVERITIES } from '#journey';
import { fromMillionths, isBreached, millionths, type SlaClock, type ViewContext } from '#scoring';
import { compareIds } from '../compare-ids.js';
import {
  count,
  flag,
  list,
  marker,
  nullable,
  number,
  object,
  oneOf,
  optional,
  text,
  time,
  type TypeOf,
} from '../schema.js';
import { defineView } from '../view.js';
import { issuesTable } from './issues-table.js';
import { pressureOf } from './pressure.js';

const openIssue = object({
  issueId: text(),
  publishedTo: optional(
    text('the identity it was published to, where several identities have an issue of this id'),
  ),
  category: text('`unknown` while its raising is not known'),
  severity: oneOf(SEVERITIES, 'as it is now'),
  raisedSeverity: oneOf(SEVERITIES, 'as it was raised'),
  implied: marker('present while only later events of the issue are known, not its raising'),
  team: nullable(text('who works on it')),
  openedAt: time('the first raising; reopening does not change it'),
  ageSeconds: count('since `openedAt`'),
  breachAt: nullable(time('when the present spell breaches its SLA; null while the clock is paused')),
  breached: flag('whether this or an earlier spell is breached by the ledger’s own clock'),
  firstResponse: optional(
    object(
      {
        answeredAt: nullable(time('when a human answered first; a bot does not count; null: not yet')),
        breachAt: nullable(
          time('when the answer is or was late; null while the clock is paused, and if in time'),
        ),
        breached: flag('whether it is late, or came late'),
      },
      'the first answer by a human in a contact about it; absent while no contact about it is known',
    ),
  ),
  breachReported: flag('whether the source said that it missed its target'),
  contacts: count('different contacts that were about it'),
  transfers: count(),
  reopens: count(),
  state: oneOf(['open', 'waiting']),
  pressure: number('severity × age against the SLA × repeated effort', { minimum: 0 }),
});

type OpenIssue = TypeOf<typeof openIssue>;

const schema = object({
  open: list(openIssue, 'oldest first'),
  openCount: count('open or waiting'),
  pressure: number('sum over the open issues', { minimum: 0 }),
  resolvedCount: count('resolved, confirmed or closed'),
  reopenedCount: count('reopened at least once'),
});

/** What waits to be resolved, as published. */
export type IssuesView = TypeOf<typeof schema>;

/** What waits to be resolved, and for how long: every open issue with its state, its clock and its pressure. */
export const issues = defineView({
  name: 'issues',
  member: 'issues',
  version: 3,
  summary: 'What waits to be resolved, and for how long',
  schema,
  tables: [issuesTable],
  publish(state, context): IssuesView {
    const { resolvedCount, reopenedCount } = state.issues;
    const open = [...state.issues.open].sort(byAge).map((issue) => published(issue, state, context));
    const pressure = open.reduce((sum, issue) => sum + millionths(issue.pressure), 0);
    return {
      open,
      openCount: open.length,
      pressure: fromMillionths(pressure),
      resolvedCount,
      reopenedCount,
    };
  },
});

/** Oldest first, then by id, then by the identity it was published to. */
function byAge(a: Issue, b: Issue): number {
  return a.openedAt - b.openedAt || compareIds(a.issueId, b.issueId) || compareIds(a.customer, b.customer);
}

function published(issue: Issue, state: CustomerState, context: ViewContext): OpenIssue {
  const { issueId, customer, openedAt, breachAt, breachedFrom } = issue;
  const { asOf } = context;
  return {
    issueId,
    ...(state.issues.isShared(issueId) && { publishedTo: customer }),
    category: issue.category,
    severity: issue.severity,
    raisedSeverity: issue.raisedSeverity,
    ...(issue.implied && { implied: true }),
    team: issue.team,
    openedAt: formatTime(openedAt),
    ageSeconds: Math.floor((asOf - openedAt) / 1000),
    breachAt: timeOrNull(breachAt),
    breached: breachedFrom !== null && breachedFrom <= asOf,
    ...(issue.responseClock && { firstResponse: firstResponse(issue, issue.responseClock, asOf) }),
    breachReported: issue.breachReported,
    contacts: issue.contacts,
    transfers: issue.transfers,
    reopens: issue.reopens,
    state: issue.state as OpenIssue['state'],
    pressure: pressureOf(issue, context),
  };
}

function firstResponse({ firstResponseAt }: Issue, clock: SlaClock, asOf: number) {
  return {
    answeredAt: timeOrNull(firstResponseAt),
    breachAt: timeOrNull(clock.breachAt),
    breached: isBreached(clock, asOf),
  };
}
