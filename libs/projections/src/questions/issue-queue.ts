import { type ColumnValue, formatTime, type FoundRow } from '#event-sourcing';
import type { Severity } from '#journey';
import { fromMillionths } from '#scoring';
import type { IssueStatus } from '../issue-state.js';
import { pressureOf } from '../issues-view.js';
import type { AnswerFrame, Asker, Page, PageOf } from './asker.js';
import { oneOf } from './filters.js';
import { issueConditions, type IssueFilter } from './issue-filter.js';
import { type ListInquiry, type ListMoment, listPage, type ListPlace } from './list-inquiry.js';

/** What the queue is ordered by: what breaches first, what is oldest, what presses most. */
export type IssueOrder = 'breachAt' | 'openedAt' | 'pressure';

/** An issue in the queue. */
export interface IssueItem {
  readonly customer: string;
  readonly issueId: string;
  readonly state: IssueStatus;
  readonly category: string;
  readonly severity: Severity;
  readonly raisedSeverity: Severity;
  readonly team: string | null;
  readonly openedAt: string;
  readonly ageSeconds: number;
  /** When the present (or last) spell is breached; null while its clock stands, and where it was kept. */
  readonly breachAt: string | null;
  readonly breached: boolean;
  readonly breachReported: boolean;
  readonly contacts: number;
  readonly transfers: number;
  readonly reopens: number;
  /** 0 for issues that are not open. */
  readonly pressure: number;
}

const ORDERS: readonly IssueOrder[] = ['breachAt', 'openedAt', 'pressure'];

/** The issues of a tenant, those first that breach first unless sorted otherwise. Throws `historical-question-too-large`. */
export function issueQueue(
  asker: Asker,
  question: ListMoment & Page<ListPlace> & IssueFilter & { readonly sort?: IssueOrder },
): Promise<AnswerFrame & PageOf<IssueItem, ListPlace>> {
  const column = oneOf('sort', question.sort, ORDERS) ?? 'breachAt';
  const selection = {
    where: (asOf: number) => issueConditions(question, asOf),
    orderBy: { column, direction: column === 'pressure' ? ('desc' as const) : ('asc' as const) },
  };
  return listPage(asker, 'issues', question, selection, itemOf);
}

function itemOf({ customer, columns }: FoundRow, { context }: ListInquiry): Promise<IssueItem> {
  const { asOf } = context;
  const [number, text] = [(name: string) => Number(columns[name]), (name: string) => String(columns[name])];
  const state = text('state') as IssueStatus;
  const issue = {
    severity: text('severity') as Severity,
    openedAt: number('openedAt'),
    contacts: number('contacts'),
    reopens: number('reopens'),
  };
  const breachesAt = columns['breachesAt'] ?? null;
  const open = state === 'open' || state === 'waiting';
  return Promise.resolve({
    customer,
    issueId: text('issueId'),
    state,
    category: text('category'),
    severity: issue.severity,
    raisedSeverity: text('raisedSeverity') as Severity,
    team: (columns['team'] ?? null) as string | null,
    openedAt: formatTime(issue.openedAt),
    ageSeconds: Math.max(0, Math.floor((asOf - issue.openedAt) / 1000)),
    breachAt: timeOrNull(columns['breachAt'] ?? null),
    breached: breachesAt !== null && Number(breachesAt) <= asOf,
    breachReported: columns['breachReported'] === 1,
    contacts: issue.contacts,
    transfers: number('transfers'),
    reopens: issue.reopens,
    pressure: open ? fromMillionths(pressureOf(issue, context)) : 0,
  });
}

function timeOrNull(millis: ColumnValue): string | null {
  return millis === null ? null : formatTime(Number(millis));
}
