import { workOf } from '#customer';
import { InvalidInput, NotFound } from '#event-sourcing';
import { issuesTable } from '../issues/issues-table.js';
import { count, flag, list, nullable, number, object, oneOf, text, type TypeOf } from '../schema.js';
import type { FoundRow } from '../table.js';
import { among } from './list-options.js';
import { type TableMoment, withTable } from './list-page.js';
import { issueItem, issueItemOf } from './issue-queue.js';
import { type QueryContext, tableFrame, type TenantQuery } from './query-context.js';

const agent = object({
  agentId: text(),
  kind: oneOf(['human', 'bot']),
  team: nullable(text()),
  holds: flag('it is assigned to this agent'),
  work: count('contacts about it with this agent, and resolutions and promises by the agent'),
  share: number('the agent’s part of the work', { minimum: 0, maximum: 1 }),
});

/** One issue: as in the queue, with who worked on it. */
export const issueSchema = object({
  ...tableFrame,
  ...issueItem.members,
  resolvedBy: nullable(text('the agent of the resolution that ended its present spell')),
  escalations: count(),
  agents: list(agent, 'who worked on it or was assigned to it'),
});
export type IssueAnswer = TypeOf<typeof issueSchema>;

/** At most this many customers with an issue of one id are named. */
const NAMED = 20;

export interface IssueQuery extends TenantQuery {
  readonly issueId: string;
  /** The survivor whose issue it is, where several customers have one of this id. */
  readonly customer?: string;
}

/** One issue. Throws NotFound, and `invalid-question` where several customers have an issue of this id. */
export function oneIssue(
  query: QueryContext,
  { issueId, customer, ...question }: IssueQuery,
): Promise<IssueAnswer> {
  return withTable(query, issuesTable, question, async (moment) => {
    const found = await moment.rows.page({
      where: [
        { column: 'issueId', is: '=', value: issueId },
        ...among('customer', customer === undefined ? undefined : [customer]),
      ],
      orderBy: { column: 'openedAt', direction: 'asc' },
      limit: NAMED,
    });
    const [row, other] = found;
    if (other !== undefined) throw severalIssues(found);
    const answer = row && (await answerOf(row, moment));
    if (answer === undefined)
      throw new NotFound(`there is no such issue in tenant ${question.tenant}`, { issueId });
    return answer;
  });
}

/** Undefined: it was retracted, and its row is to go still. */
async function answerOf(row: FoundRow, moment: TableMoment): Promise<IssueAnswer | undefined> {
  const { columns } = row;
  const [issueId, publishedTo] = [columns['issueId'] as string, columns['publishedTo'] as string];
  const state = await moment.stateOf(row, issuesTable);
  const issue = state.issues.get(publishedTo, issueId);
  if (issue === undefined) return undefined;
  const { shares } = issue.agents;
  return {
    ...moment.frame,
    ...issueItemOf(row, moment),
    resolvedBy: issue.times.resolvedBy ?? null,
    escalations: issue.escalations,
    agents: issue.agents.all.map((one) => ({
      agentId: one.agentId,
      kind: one.kind,
      team: one.team ?? null,
      holds: issue.assignee === one.agentId,
      work: workOf(one),
      share: (shares.get(one) ?? 0) / 1_000_000,
    })),
  };
}

function severalIssues(found: readonly FoundRow[]): InvalidInput {
  const customers = [...new Set(found.map(({ customer }) => customer))].sort();
  const detail =
    customers.length > 1
      ? `must name one of the customers with an issue of this id: ${customers.join(', ')}`
      : 'has several issues of this id, published to identities that were merged: ask for the customer’s issues';
  return new InvalidInput('invalid-question', 'there are several issues of this id', [
    { pointer: '/customer', detail },
  ]);
}
