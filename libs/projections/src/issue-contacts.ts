import type { Cells, Fact } from '#event-sourcing';
import type { FoldContext } from '#scoring';
import { issueCell, issueContactCell } from './cell-keys.js';
import { afterIssue, ISSUE_EVENTS, type IssueFact, type IssueState } from './issue-state.js';
import type { FactsOf } from './on-facts.js';

/** The touchpoints, besides an issue's own, that tell which contact was about which issue. They raise none. */
export const MENTIONS = ['NeedsIdentified', 'ContactTransferred', 'FollowUpCompleted'] as const;

export type MentionEvent = (typeof MENTIONS)[number];
export type MentionFact = FactsOf<MentionEvent>;

/** What is kept of an issue, in a cell of its own. */
export interface IssueCell {
  /** Different contacts that were about it. */
  readonly contacts: number;
  /** Absent while the issue was only mentioned. */
  readonly issue?: IssueState;
}

/** What a fact did to an issue. */
export interface IssueChange<Cell extends IssueCell> {
  readonly issueId: string;
  readonly before: Cell | undefined;
  readonly after: IssueCell;
  /** The contact that has not been about this issue before. */
  readonly newContact?: string;
}

type Naming = { readonly issueId?: string; readonly contactId?: string };

/** The cells that `issueChange` reads and writes. */
export function issueTouches({ data }: Fact): readonly string[] {
  const { issueId, contactId } = data as Naming;
  if (issueId === undefined) return [];
  const cell = issueCell(issueId);
  return contactId === undefined ? [cell] : [cell, issueContactCell(issueId, contactId)];
}

/**
 * The issue that a fact names, before and after; undefined when it names none. The caller stores what comes after in
 * the issue's cell; which contacts were about it is noted here.
 */
export function issueChange<Cell extends IssueCell>(
  cells: Cells,
  fact: IssueFact | MentionFact,
  context: FoldContext,
): IssueChange<Cell> | undefined {
  const { issueId, contactId } = fact.data as Naming;
  if (issueId === undefined) return undefined;
  const before = cells.get<Cell>(issueCell(issueId));
  const newContact =
    contactId !== undefined && noteContact(cells, issueId, contactId) ? contactId : undefined;
  const issue = isIssueFact(fact) ? afterIssue(before?.issue, fact, context) : before?.issue;
  const contacts = (before?.contacts ?? 0) + (newContact === undefined ? 0 : 1);
  return { issueId, before, after: issue === undefined ? { contacts } : { contacts, issue }, newContact };
}

function isIssueFact(fact: IssueFact | MentionFact): fact is IssueFact {
  return (ISSUE_EVENTS as readonly string[]).includes(fact.type);
}

function noteContact(cells: Cells, issueId: string, contactId: string): boolean {
  const key = issueContactCell(issueId, contactId);
  if (cells.get(key) !== undefined) return false;
  cells.set(key, 1);
  return true;
}
