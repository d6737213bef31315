import { type Issue, type IssueAgent, workOf } from '#customer';
import { columns, defineTable, flagOf, keyOf } from '../define-table.js';

const { count, flag, millionths, text, time } = columns;

/** One row for each agent who worked on an issue or holds it. */
export const assignmentsTable = defineTable({
  name: 'assignments',
  version: 1,
  means:
    'One row for each agent who worked on an issue, or to whom it was assigned, with the agent’s share of the work: an assignment alone is no work.',
  columns: {
    issueId: text('the issue'),
    publishedTo: text('the customer that the issue was published to, before any merge'),
    agentId: text('the agent'),
    agentKind: text('bot where the agent has greeted this customer as a bot, else human'),
    team: text('of the agent’s latest greeting or assignment that names one'),
    category: text('of the issue'),
    segment: text('the segment of the customer when the present spell of the issue began'),
    openedAt: time('when the issue was raised'),
    assignedAt: time('when it was assigned to this agent first; null: never'),
    holds: flag('it is assigned to this agent now'),
    workedAt: time('the agent’s first work on it; null: none'),
    lastWorkedAt: time('the agent’s latest work on it'),
    work: count(
      'pieces of work: each contact about it in which the agent greeted the customer, each resolution and each promise by the agent',
    ),
    contacts: count('contacts about it in which the agent greeted the customer'),
    resolutions: count('resolutions by the agent'),
    resolved: flag('the agent gave the resolution that holds'),
    shareMillionths: millionths(
      'the agent’s part of the work of all people on the issue (of all bots, where no person worked on it); the parts of an issue with work add up to a million',
    ),
  },
  times: ['openedAt'],
  things: ({ issues: { records } }) => ({
    size: records.size,
    changed: assignmentsOf(records.changed),
    values: () => assignmentsOf(records.values()),
  }),
  key: ({ issue, agent }) => `${keyOf(issue.issueId, issue.customer)}\n${agent.agentId}`,
  row: ({ issue, agent, share }) => ({
    issueId: issue.issueId,
    publishedTo: issue.customer,
    agentId: agent.agentId,
    agentKind: agent.kind,
    team: agent.team ?? null,
    category: issue.category,
    segment: issue.segment ?? null,
    openedAt: issue.openedAt,
    assignedAt: agent.assignedAt ?? null,
    holds: flagOf(issue.assignee === agent.agentId),
    workedAt: agent.workedAt ?? null,
    lastWorkedAt: agent.lastWorkedAt ?? null,
    work: workOf(agent),
    contacts: agent.contacts,
    resolutions: agent.resolutions,
    resolved: flagOf(issue.times.resolvedBy === agent.agentId),
    shareMillionths: share,
  }),
});

/** One agent's work on one issue, with the agent's share in millionths. */
interface Assignment {
  readonly issue: Issue;
  readonly agent: IssueAgent;
  readonly share: number;
}

function* assignmentsOf(issues: Iterable<Issue>): Iterable<Assignment> {
  for (const issue of issues) {
    // Only mentioned so far: it has no row of its own either.
    if (issue.state === undefined) continue;
    const { all, shares } = issue.agents;
    for (const agent of all) yield { issue, agent, share: shares.get(agent) ?? 0 };
  }
}
