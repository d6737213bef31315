import type { AggregateGroup, AggregateQuery } from '#event-sourcing';
import type { AnswerFrame, Asker } from './asker.js';
import { breached, issueConditions, type IssueFilter } from './issue-filter.js';
import { inquireList, type ListMoment } from './list-inquiry.js';

/** Issues counted. */
export interface IssueCounts {
  readonly issues: number;
  /** Different customers whose they are. */
  readonly customers: number;
  /** Reopened at least once. */
  readonly reopened: number;
  /** Handed on at least once. */
  readonly transferred: number;
  /** By the ledger's own clock, in any spell. */
  readonly breached: number;
  /** As the source said. */
  readonly breachReported: number;
}

/** Issues counted apart by one of their properties. */
export type IssueCountsBy<Name extends string> = readonly (IssueCounts & {
  readonly [name in Name]: string | null;
})[];

/** How many issues there are, in all and by their properties. */
export interface IssuesSummary extends AnswerFrame, IssueCounts {
  readonly byState: IssueCountsBy<'state'>;
  readonly bySeverity: IssueCountsBy<'severity'>;
  readonly byRaisedSeverity: IssueCountsBy<'raisedSeverity'>;
  readonly byCategory: IssueCountsBy<'category'>;
  readonly byTeam: IssueCountsBy<'team'>;
}

const GROUPS = ['state', 'severity', 'raisedSeverity', 'category', 'team'] as const;

/** The issues of a tenant, counted; the queue's filters apply. Throws `historical-question-too-large`. */
export function issuesSummary(asker: Asker, question: ListMoment & IssueFilter): Promise<IssuesSummary> {
  return inquireList(asker, 'issues', question, async ({ rows, context, frame }) => {
    const where = issueConditions(question, context.asOf);
    const query = (groupBy?: string): Omit<AggregateQuery, 'tenant'> => ({
      where,
      groupBy,
      sums: [],
      counts: {
        reopened: [{ column: 'reopened', is: '=', value: 1 }],
        transferred: [{ column: 'transferred', is: '=', value: 1 }],
        breached: [breached(context.asOf)],
        breachReported: [{ column: 'breachReported', is: '=', value: 1 }],
      },
    });
    const [all, ...groups] = await rows.aggregate([query(), ...GROUPS.map(query)]);
    const by = <Name extends string>(name: Name, found: readonly AggregateGroup[] | undefined) =>
      (found ?? []).map((group) => ({ [name]: group.group, ...countsOf(group) })) as IssueCountsBy<Name>;
    return {
      ...frame,
      ...countsOf(all?.[0]),
      byState: by('state', groups[0]),
      bySeverity: by('severity', groups[1]),
      byRaisedSeverity: by('raisedSeverity', groups[2]),
      byCategory: by('category', groups[3]),
      byTeam: by('team', groups[4]),
    };
  });
}

function countsOf(group: AggregateGroup | undefined): IssueCounts {
  const { reopened, transferred, breached: late, breachReported } = group?.counts ?? {};
  return {
    issues: group?.rows ?? 0,
    customers: group?.customers ?? 0,
    reopened: reopened ?? 0,
    transferred: transferred ?? 0,
    breached: late ?? 0,
    breachReported: breachReported ?? 0,
  };
}
