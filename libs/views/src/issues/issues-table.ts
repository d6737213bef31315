import type { Issue, IssueState } from '#customer';
import { round2, type ViewContext } from '#scoring';
import type { DerivedTable, TableRow } from '../table.js';
import { pressureDueOf, pressureOf } from './pressure.js';

/** Every issue that was raised: one row an issue. */
export const issuesTable: DerivedTable = {
  name: 'issues',
  version: 2,
  columns: {
    issueId: 'text',
    // The identity it was published to: not the survivor, where that one was merged.
    publishedTo: 'text',
    state: 'text',
    // 1 where the state is open or waiting, else 0: an index by it changes less often than one by the state.
    open: 'integer',
    severity: 'text',
    raisedSeverity: 'text',
    category: 'text',
    team: 'text',
    openedAt: 'integer',
    // When the present (or last) spell breaches: for the order of the queue.
    breachAt: 'integer',
    // Since when any spell was breached: for the question whether it is.
    breachesAt: 'integer',
    breachReported: 'integer',
    reopened: 'integer',
    transferred: 'integer',
    contacts: 'integer',
    transfers: 'integer',
    reopens: 'integer',
    implied: 'integer',
    // Rounded to two decimals; 0 where the issue is not open.
    pressure: 'real',
  },
  indexes: [
    ['open', 'breachAt'],
    ['open', 'openedAt'],
    ['open', 'pressure'],
  ],
  rows: ({ issues }, context) => rowsOf(issues.all(), context),
  changedRows: ({ issues }, context) => rowsOf(issues.changed, context),
};

function rowsOf(issues: Iterable<Issue>, context: ViewContext): readonly TableRow[] {
  const rows: TableRow[] = [];
  for (const issue of issues) if (issue.state !== undefined) rows.push(rowOf(issue, issue.state, context));
  return rows.sort(byKey);
}

function rowOf(issue: Issue, state: IssueState, context: ViewContext): TableRow {
  const { issueId, customer } = issue;
  return {
    // Ids hold no control characters, so a line feed parts the two without doubt.
    key: `${issueId}\n${customer}`,
    columns: {
      issueId,
      publishedTo: customer,
      state,
      open: issue.isOpen ? 1 : 0,
      severity: issue.severity,
      raisedSeverity: issue.raisedSeverity,
      category: issue.category,
      team: issue.team,
      openedAt: issue.openedAt,
      breachAt: issue.breachAt,
      breachesAt: issue.breachedFrom,
      breachReported: issue.breachReported ? 1 : 0,
      reopened: issue.reopens > 0 ? 1 : 0,
      transferred: issue.transfers > 0 ? 1 : 0,
      contacts: issue.contacts,
      transfers: issue.transfers,
      reopens: issue.reopens,
      implied: issue.implied ? 1 : 0,
      pressure: round2(pressureOf(issue, context)),
    },
    due: pressureDueOf(issue, context),
  };
}

function byKey(a: TableRow, b: TableRow): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}
