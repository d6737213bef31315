import { ISSUE_STATES } from '#customer';
import { formatTime, timeOrNull } from '#event-sourcing';
import { SEVERITIES, type Severity, WAITING_ON } from '#journey';
import { issuesTable } from '../issues/issues-table.js';
import { pressureOf } from '../issues/pressure.js';
import {
  count,
  flag,
  list,
  marker,
  nullable,
  number,
  object,
  oneOf,
  optional,
  text,
  time,
  type TypeOf,
} from '../schema.js';
import type { FoundRow } from '../table.js';
import { erasedMark } from './erased-answer.js';
import { issueConditions, type IssueFilter } from './issue-filter.js';
import { orderOf } from './list-options.js';
import { type ListPage, listFrame, listPage, type ListQuestion, type TableMoment } from './list-page.js';
import type { QueryContext } from './query-context.js';

export const issueItem = object({
  customer: text('the survivor whose issue it is'),
  ...erasedMark,
  publishedTo: optional(text('the identity it was published to, where that is another')),
  issueId: text(),
  state: oneOf(ISSUE_STATES),
  category: text(),
  severity: oneOf(SEVERITIES),
  raisedSeverity: oneOf(SEVERITIES),
  implied: marker('present while its raising is not known, only what came after'),
  team: nullable(text()),
  assignee: nullable(text('the agent to whom it is assigned; null: nobody')),
  waitingOn: nullable(oneOf(WAITING_ON, 'whom it waits for; null where it does not')),
  openedAt: time('of the first raising'),
  ageSeconds: count(),
  breachAt: nullable(
    time('when the present (or last) spell breaches; null while its clock is paused, or was met'),
  ),
  breached: flag('whether any spell is'),
  breachReported: flag('what the source said'),
  firstResponseAt: nullable(time('the first answer by a person in a contact about it')),
  lastContactAt: nullable(time('when a contact was about it last')),
  resolvedAt: nullable(
    time('when its present spell was resolved, confirmed or closed; null while it is open'),
  ),
  closedAt: nullable(time('when it was closed; null while it is not')),
  contacts: count('different contacts that were about it'),
  transfers: count(),
  reopens: count(),
  pressure: number('0 for issues that are not open'),
});

export type IssueItem = TypeOf<typeof issueItem>;

/** The queue of issues. */
export const issueListSchema = object({ ...listFrame, items: list(issueItem) });

/** What the queue can be ordered by, and the direction that is usual. */
const ORDERS = { breachAt: 'asc', openedAt: 'asc', pressure: 'desc' } as const;

export interface IssueListQuery extends ListQuestion, IssueFilter {
  readonly sort?: string;
}

/** The issues of a tenant, those first that breach first unless sorted otherwise. Throws `historical-question-too-large`. */
export function issueQueue(query: QueryContext, question: IssueListQuery): Promise<ListPage<IssueItem>> {
  const selection = {
    where: (asOf: number) => issueConditions(question, asOf),
    orderBy: orderOf(question.sort, ORDERS, 'breachAt'),
  };
  return listPage(query, issuesTable, question, selection, issueItemOf);
}

/** An issue as the queue shows it. */
export function issueItemOf(
  { customer, columns }: FoundRow,
  { context }: Pick<TableMoment, 'context'>,
): IssueItem {
  const { asOf } = context;
  const numbers = (name: string) => Number(columns[name]);
  const words = <Word extends string>(name: string) => columns[name] as Word;
  const wordOrNull = <Word extends string>(name: string) => (columns[name] ?? null) as Word | null;
  const timeOf = (name: string) => timeOrNull(columns[name] as number | null | undefined);
  const state = words<(typeof ISSUE_STATES)[number]>('state');
  const issue = {
    isOpen: state === 'open' || state === 'waiting',
    severity: words<Severity>('severity'),
    openedAt: numbers('openedAt'),
    contacts: numbers('contacts'),
    reopens: numbers('reopens'),
  };
  const breachesAt = columns['breachesAt'] ?? null;
  const publishedTo = words<string>('publishedTo');
  return {
    customer,
    ...(publishedTo !== customer && { publishedTo }),
    issueId: words('issueId'),
    state,
    category: words('category'),
    severity: issue.severity,
    raisedSeverity: words('raisedSeverity'),
    ...(columns['implied'] === 1 && { implied: true as const }),
    team: wordOrNull('team'),
    assignee: wordOrNull('assignee'),
    waitingOn: wordOrNull<(typeof WAITING_ON)[number]>('waitingOn'),
    openedAt: formatTime(issue.openedAt),
    ageSeconds: Math.max(0, Math.floor((asOf - issue.openedAt) / 1000)),
    breachAt: timeOf('breachAt'),
    breached: breachesAt !== null && Number(breachesAt) <= asOf,
    breachReported: columns['breachReported'] === 1,
    firstResponseAt: timeOf('firstResponseAt'),
    lastContactAt: timeOf('lastContactAt'),
    resolvedAt: timeOf('resolvedAt'),
    closedAt: timeOf('closedAt'),
    contacts: issue.contacts,
    transfers: numbers('transfers'),
    reopens: issue.reopens,
    pressure: pressureOf(issue, context),
  };
}
