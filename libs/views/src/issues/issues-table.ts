import type { Issue } from '#customer';
import { round2 } from '#scoring';
import { columns, defineTable, flagOf, keyOf } from '../define-table.js';
import { pressureDueOf, pressureOf } from './pressure.js';

const { count, flag, milliseconds, number, text, time } = columns;

/** Every issue that was raised: one row an issue. */
export const issuesTable = defineTable({
  name: 'issues',
  version: 3,
  means: 'One row for each issue that was ever raised.',
  columns: {
    issueId: text('the id that it was published with'),
    publishedTo: text('the customer that it was published to, before any merge'),
    state: text('open, waiting, resolved, confirmed or closed'),
    open: flag('its state is open or waiting'),
    severity: text('low, normal, high or critical; as it was last set'),
    raisedSeverity: text('severity when it was raised'),
    category: text('category when it was raised; unknown where nobody said'),
    team: text('the team that has it; null where nobody said'),
    openedAt: time('when it was first raised; reopening does not change it'),
    breachAt: time(
      'when the present (or last) spell breaches its SLA; null while its clock is paused, and when it was kept',
    ),
    breachesAt: time('since when any spell was breached: it is breached where this is not later than now'),
    breachReported: flag('the source said that it missed its target'),
    reopened: flag('it was reopened at least once'),
    transferred: flag('it was transferred at least once'),
    contacts: count('different contacts that were about it'),
    transfers: count('how often it was handed to another team or agent'),
    reopens: count('how often it was opened again'),
    implied: flag('known only by later events: nobody has said that it was raised'),
    pressure: number('how much it presses, rounded to two decimals; 0 where it is not open'),
    assignee: text('the agent to whom it is assigned; null: nobody'),
    waitingOn: text('customer, vendor or internal while its state is waiting; else null'),
    segment: text('the segment of the customer when its present spell began'),
    contactId: text('the first contact that was about it'),
    channel: text('of that contact, as known when the issue was first heard of in it'),
    queue: text('the queue of the contact in which it was raised'),
    firstContactAt: time('when a contact was about it first'),
    lastContactAt: time('when a contact was about it last'),
    firstResponseAt: time(
      'the first answer by a person: a greeting in a contact about it; a bot does not answer. Null also where no contact about it is known',
    ),
    firstResponseMs: milliseconds('from its raising to that answer; 0 where a person was there already'),
    firstResponseBusinessMs: milliseconds('the same within business hours'),
    escalations: count('how often it was escalated'),
    resolutions: count('how often it was resolved: once a spell'),
    firstResolvedAt: time('when it was resolved, confirmed or closed first'),
    firstResolutionMs: milliseconds('from its raising to then'),
    firstResolutionBusinessMs: milliseconds('the same within business hours'),
    contactsToResolution: count('different contacts that were about it up to then'),
    recurredAt: time('when it was reopened, or another contact was about it, first after then'),
    spellFrom: time('when its present (or last) spell began: its raising, or its last reopening'),
    resolvedAt: time('when that spell was resolved, confirmed or closed; null while it is open'),
    resolutionMs: milliseconds('from the beginning of that spell to its end; null while it is open'),
    resolutionBusinessMs: milliseconds('the same within business hours'),
    openMs: milliseconds(
      'how long it was open in all its ended spells together; the time between them does not count',
    ),
    openBusinessMs: milliseconds('the same within business hours'),
    resolvedBy: text('the agent of the resolution that ended that spell'),
    confirmedAt: time('when the customer agreed that it is solved; null after a reopening'),
    closedAt: time('when it was closed; null after a reopening'),
  },
  indexes: [['open', 'breachAt'], ['open', 'openedAt'], ['open', 'pressure'], ['issueId']],
  times: ['openedAt', 'firstResolvedAt', 'resolvedAt'],
  things: ({ issues }) => issues.records,
  key: ({ issueId, customer }) => keyOf(issueId, customer),
  row: (issue, _state, context) => {
    if (issue.state === undefined) return undefined;
    return {
      issueId: issue.issueId,
      publishedTo: issue.customer,
      state: issue.state,
      open: flagOf(issue.isOpen),
      severity: issue.severity,
      raisedSeverity: issue.raisedSeverity,
      category: issue.category,
      team: issue.team,
      openedAt: issue.openedAt,
      breachAt: issue.breachAt,
      breachesAt: issue.breachedFrom,
      breachReported: flagOf(issue.breachReported),
      reopened: flagOf(issue.reopens > 0),
      transferred: flagOf(issue.transfers > 0),
      contacts: issue.contacts,
      transfers: issue.transfers,
      reopens: issue.reopens,
      implied: flagOf(issue.implied),
      pressure: round2(pressureOf(issue, context)),
      assignee: issue.assignee,
      waitingOn: issue.waitingOn,
      segment: issue.segment ?? null,
      contactId: issue.contactId ?? null,
      channel: issue.firstChannel ?? null,
      queue: issue.queue ?? null,
      firstContactAt: issue.firstContactAt ?? null,
      lastContactAt: issue.lastContactAt ?? null,
      ...responseOf(issue),
      escalations: issue.escalations,
      ...resolutionOf(issue),
    };
  },
  due: (issue: Issue, context) => pressureDueOf(issue, context),
});

function responseOf({ firstResponseAt, times: { firstResponse } }: Issue) {
  return {
    firstResponseAt,
    firstResponseMs: firstResponse?.ms ?? null,
    firstResponseBusinessMs: firstResponse?.businessMs ?? null,
  };
}

function resolutionOf({ spellFrom, times }: Issue) {
  return {
    resolutions: times.resolutions,
    firstResolvedAt: times.firstResolvedAt ?? null,
    firstResolutionMs: times.firstResolution?.ms ?? null,
    firstResolutionBusinessMs: times.firstResolution?.businessMs ?? null,
    contactsToResolution: times.contactsToResolution ?? null,
    recurredAt: times.recurredAt ?? null,
    spellFrom,
    resolvedAt: times.resolvedAt ?? null,
    resolutionMs: times.resolution?.ms ?? null,
    resolutionBusinessMs: times.resolution?.businessMs ?? null,
    openMs: times.open.ms,
    openBusinessMs: times.open.businessMs,
    resolvedBy: times.resolvedBy ?? null,
    confirmedAt: times.confirmedAt ?? null,
    closedAt: times.closedAt ?? null,
  };
}
