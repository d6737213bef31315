import {
  type Cells,
  type Fact,
  type Handler,
  type ListDefinition,
  type ListRow,
  type Projection,
  ROOT,
} from '#event-sourcing';
import { fromMillionths, type FoldContext, type ViewContext } from '#scoring';
import { issueCell, issueOfCell } from './cell-keys.js';
import {
  issueChange,
  type IssueCell,
  type IssueChange,
  issueTouches,
  MENTIONS,
  type MentionFact,
} from './issue-contacts.js';
import { breachedFrom, ISSUE_EVENTS, isOpen, type IssueFact, spellBreachAt } from './issue-state.js';
import { type IssuesState, issuesView, type IssuesView, NO_ISSUES, pressureOf } from './issues-view.js';

/** So many open issues are named in the root; of a customer with more, all issues are looked at. */
const NAMED = 200;

const handle: Handler<FoldContext> = (cells, fact, context) => {
  const change = issueChange<IssueCell>(cells, fact as Fact as IssueFact | MentionFact, context);
  if (change === undefined) return;
  cells.set(issueCell(change.issueId), change.after);
  countIn(cells, change);
};

function countIn(cells: Cells, { issueId, before, after }: IssueChange<IssueCell>): void {
  const was = before?.issue;
  const is = after.issue;
  if (is === undefined) return;
  const root = cells.get<IssuesState>(ROOT) ?? NO_ISSUES;
  const wasOpen = was !== undefined && isOpen(was);
  const openCount = root.openCount + (isOpen(is) ? 1 : 0) - (wasOpen ? 1 : 0);
  const resolvedCount = root.resolvedCount + (isOpen(is) ? 0 : 1) - (was === undefined || wasOpen ? 0 : 1);
  const reopenedCount =
    root.reopenedCount + (is.reopens > 0 && !(was !== undefined && was.reopens > 0) ? 1 : 0);
  const moved = wasOpen !== isOpen(is);
  const openIds = moved ? namedAfter(root.openIds, issueId, isOpen(is), openCount) : root.openIds;
  cells.set(ROOT, { openIds, openCount, resolvedCount, reopenedCount } satisfies IssuesState);
}

function namedAfter(
  named: IssuesState['openIds'],
  issueId: string,
  opens: boolean,
  count: number,
): IssuesState['openIds'] {
  if (count === 0) return [];
  if (named === null) return null;
  if (!opens) return named.filter((id) => id !== issueId);
  return named.length < NAMED ? [...named, issueId] : null;
}

/** The queue: one row an issue. */
const ISSUE_LIST: ListDefinition = {
  columns: {
    issueId: 'text',
    state: 'text',
    severity: 'text',
    raisedSeverity: 'text',
    category: 'text',
    team: 'text',
    openedAt: 'integer',
    breachAt: 'integer',
    breachesAt: 'integer',
    breachReported: 'integer',
    reopened: 'integer',
    transferred: 'integer',
    contacts: 'integer',
    transfers: 'integer',
    reopens: 'integer',
    implied: 'integer',
    pressure: 'real',
  },
  indexes: [
    ['state', 'breachAt'],
    ['state', 'openedAt'],
    ['state', 'pressure'],
  ],
  drifting: ['pressure'],
};

function rowOf(issueId: string, { issue, contacts }: IssueCell, context: ViewContext): readonly ListRow[] {
  if (issue === undefined) return [];
  return [
    {
      key: issueId,
      columns: {
        issueId,
        state: issue.status,
        severity: issue.severity,
        raisedSeverity: issue.raisedSeverity,
        category: issue.category,
        team: issue.team,
        openedAt: issue.openedAt,
        // When the present (or last) spell is breached, and since when any was: the one sorts, the other is asked for.
        breachAt: spellBreachAt(issue),
        breachesAt: breachedFrom(issue),
        breachReported: issue.breachReported ? 1 : 0,
        reopened: issue.reopens > 0 ? 1 : 0,
        transferred: issue.transfers > 0 ? 1 : 0,
        contacts,
        transfers: issue.transfers,
        reopens: issue.reopens,
        implied: issue.implied ? 1 : 0,
        pressure: isOpen(issue) ? fromMillionths(pressureOf({ ...issue, contacts }, context)) : 0,
      },
    },
  ];
}

/** What waits to be resolved, and for how long? Every issue with its state, its clock and its pressure. */
export const unresolvedIssues: Projection<FoldContext, ViewContext, IssuesView> = {
  name: 'issues',
  version: 1,
  handlers: Object.fromEntries([...ISSUE_EVENTS, ...MENTIONS].map((type) => [type, handle])),
  touches: (fact) => [ROOT, ...issueTouches(fact)],
  viewTouches: (root) => {
    const { openIds } = (root as IssuesState | undefined) ?? NO_ISSUES;
    return openIds === null ? 'all' : openIds.map(issueCell);
  },
  view: issuesView,
  list: ISSUE_LIST,
  rows: (key, cell, context) => {
    const issueId = issueOfCell(key);
    return issueId === undefined ? [] : rowOf(issueId, cell as IssueCell, context);
  },
};
