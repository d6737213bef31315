import { count, list, nullable, object, text, type TypeOf } from '../schema.js';
import type { AggregateGroup, AggregateQuery } from '../table.js';
import { issuesTable } from '../issues/issues-table.js';
import { breached, issueConditions, type IssueFilter } from './issue-filter.js';
import { withTable } from './list-page.js';
import { type QueryContext, tableFrame, type TenantQuery } from './query-context.js';

const counts = {
  issues: count(),
  customers: count('different customers whose they are'),
  reopened: count('reopened at least once'),
  transferred: count('transferred at least once'),
  breached: count('breached by the ledger’s own clock, in any spell'),
  breachReported: count('reported as breached by the source'),
} as const;

const by = <Name extends string>(name: Name) =>
  list(
    object({ [name]: nullable(text()), ...counts } as {
      readonly [n in Name]: ReturnType<typeof nullable<string>>;
    } & typeof counts),
  );

/** How many issues there are, in all and by their properties. */
export const issuesSummarySchema = object({
  ...tableFrame,
  ...counts,
  byState: by('state'),
  bySeverity: by('severity'),
  byRaisedSeverity: by('raisedSeverity'),
  byCategory: by('category'),
  byTeam: by('team'),
});
export type IssuesSummary = TypeOf<typeof issuesSummarySchema>;

const GROUPS = ['state', 'severity', 'raisedSeverity', 'category', 'team'] as const;

/** The issues of a tenant, counted; the queue's filters apply. Throws `historical-question-too-large`. */
export function issuesSummary(
  query: QueryContext,
  question: TenantQuery & IssueFilter,
): Promise<IssuesSummary> {
  return withTable(query, issuesTable, question, async ({ rows, context, frame }) => {
    const where = issueConditions(question, context.asOf);
    const counting = (groupBy?: string): Omit<AggregateQuery, 'tenant'> => ({
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
    const [all, ...groups] = await rows.aggregate([counting(), ...GROUPS.map(counting)]);
    const grouped = <Name extends string>(name: Name, found: readonly AggregateGroup[] = []) =>
      found.map(
        (group) =>
          ({ [name]: group.group, ...countsOf(group) }) as { readonly [n in Name]: string | null } & Counts,
      );
    return {
      ...frame,
      ...countsOf(all?.[0]),
      byState: grouped('state', groups[0]),
      bySeverity: grouped('severity', groups[1]),
      byRaisedSeverity: grouped('raisedSeverity', groups[2]),
      byCategory: grouped('category', groups[3]),
      byTeam: grouped('team', groups[4]),
    };
  });
}

type Counts = { readonly [name in keyof typeof counts]: number };

function countsOf(group: AggregateGroup | undefined): Counts {
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
