import type { Severity } from '#journey';
import { formatTime, type LoadedCells, ROOT } from '#event-sourcing';
import { fromMillionths, issuePressure, millionths, type ViewContext } from '#scoring';
import { issueCell, issueOfCell } from './cell-keys.js';
import type { IssueCell } from './issue-contacts.js';
import { breachedFrom, isOpen, type IssueState, spellBreachAt } from './issue-state.js';

/** The root cell of issues. */
export interface IssuesState {
  /** Ids of the open issues; null once there have been more than can be named, until none is open. */
  readonly openIds: readonly string[] | null;
  readonly openCount: number;
  /** Resolved, confirmed or closed. */
  readonly resolvedCount: number;
  /** Reopened at least once. */
  readonly reopenedCount: number;
}

/** A customer without issues. */
export const NO_ISSUES: IssuesState = { openIds: [], openCount: 0, resolvedCount: 0, reopenedCount: 0 };

/** An open issue, as published. */
export interface OpenIssueView {
  readonly issueId: string;
  readonly category: string;
  readonly severity: Severity;
  readonly raisedSeverity: Severity;
  /** Present while its raising is not known, only what came after. */
  readonly implied?: true;
  readonly team: string | null;
  readonly openedAt: string;
  readonly ageSeconds: number;
  /** When the present spell is breached; null while its clock stands. */
  readonly breachAt: string | null;
  /** Whether this or an earlier spell is breached. */
  readonly breached: boolean;
  /** What the source said. */
  readonly breachReported: boolean;
  /** Different contacts that were about it. */
  readonly contacts: number;
  readonly transfers: number;
  readonly reopens: number;
  readonly state: 'open' | 'waiting';
  readonly pressure: number;
}

/** What waits to be resolved, as published. */
export interface IssuesView {
  /** Oldest first. */
  readonly open: readonly OpenIssueView[];
  readonly openCount: number;
  /** Sum over the open issues. */
  readonly pressure: number;
  readonly resolvedCount: number;
  readonly reopenedCount: number;
}

/** The published issues of a customer. */
export function issuesView(cells: LoadedCells, context: ViewContext): IssuesView {
  const { openIds, openCount, resolvedCount, reopenedCount } = cells.get<IssuesState>(ROOT) ?? NO_ISSUES;
  const open = [...(openIds ?? allIssues(cells))]
    .map((issueId) => ({ issueId, ...cells.get<IssueCell>(issueCell(issueId)) }))
    .filter((cell): cell is Opened => cell.issue !== undefined && isOpen(cell.issue))
    .sort((a, b) => a.issue.openedAt - b.issue.openedAt || (a.issueId < b.issueId ? -1 : 1))
    .map((cell) => openIssueView(cell, context));
  const pressure = open.reduce((sum, issue) => sum + millionths(issue.pressure), 0);
  return { open, openCount, pressure: fromMillionths(pressure), resolvedCount, reopenedCount };
}

type Opened = { readonly issueId: string; readonly issue: IssueState; readonly contacts: number };

function* allIssues(cells: LoadedCells): Iterable<string> {
  for (const key of cells.keys()) {
    const issueId = issueOfCell(key);
    if (issueId !== undefined) yield issueId;
  }
}

function openIssueView({ issueId, issue, contacts }: Opened, context: ViewContext): OpenIssueView {
  const { asOf } = context;
  const breachAt = spellBreachAt(issue);
  const breached = breachedFrom(issue);
  return {
    issueId,
    category: issue.category,
    severity: issue.severity,
    raisedSeverity: issue.raisedSeverity,
    ...(issue.implied && { implied: true }),
    team: issue.team,
    openedAt: formatTime(issue.openedAt),
    ageSeconds: Math.floor((asOf - issue.openedAt) / 1000),
    breachAt: breachAt === null ? null : formatTime(breachAt),
    breached: breached !== null && breached <= asOf,
    breachReported: issue.breachReported ?? false,
    contacts,
    transfers: issue.transfers,
    reopens: issue.reopens,
    state: issue.status as 'open' | 'waiting',
    pressure: fromMillionths(pressureOf({ ...issue, contacts }, context)),
  };
}

/** The pressure of an open issue in millionths, by the SLA in force at its first raising. */
export function pressureOf(
  issue: { severity: Severity; openedAt: number; contacts: number; reopens: number },
  context: ViewContext,
): number {
  return millionths(issuePressure(issue, context.asOf, context.sla(issue.openedAt), context.policy));
}
