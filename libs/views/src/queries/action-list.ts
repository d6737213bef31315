import { timeOrNull } from '#event-sourcing';
import { actionsTable } from '../actions/actions-table.js';
import { actionMembers } from '../actions/actions-view.js';
import { type ActionRule, RULE_NAMES, URGENCIES, type Urgency } from '../actions/rules.js';
import { list, object, optional, text, type TypeOf } from '../schema.js';
import type { FoundRow } from '../table.js';
import { erasedMark } from './erased-answer.js';
import { among, orderOf, wordsOf } from './list-options.js';
import { type ListPage, listFrame, listPage, type ListQuestion } from './list-page.js';
import type { QueryContext } from './query-context.js';

const item = object({
  customer: text('the survivor for whom it is to be done'),
  ...erasedMark,
  publishedTo: optional(text('the identity that what it is about was published to, where that is another')),
  ...actionMembers,
});

/** What should be done next, for all customers of a tenant. */
export const actionListSchema = object({ ...listFrame, items: list(item) });

/** Which actions are meant; what is left out does not matter. Several values have commas between. */
export interface ActionListQuery extends ListQuestion {
  readonly rule?: string;
  readonly urgency?: string;
  readonly team?: string;
  readonly agentId?: string;
  readonly customer?: string;
  readonly sort?: string;
}

/** What is to be done, the most urgent first unless sorted otherwise. Throws `historical-question-too-large`. */
export function actionList(
  query: QueryContext,
  question: ActionListQuery,
): Promise<ListPage<TypeOf<typeof item>>> {
  const { rule, urgency, team, agentId, customer } = question;
  const where = [
    // Leaves out the rows of customers for whom there is nothing to do.
    { column: 'priority', is: 'not-null' as const },
    // The index by priority begins with the rule.
    ...among('rule', wordsOf('rule', rule, RULE_NAMES) ?? RULE_NAMES),
    ...among('urgency', wordsOf('urgency', urgency, URGENCIES)),
    ...among('team', team?.split(',')),
    ...among('agentId', agentId?.split(',')),
    ...among('customer', customer === undefined ? undefined : [customer]),
  ];
  const { direction } = orderOf(question.sort, { urgency: 'asc' }, 'urgency');
  const orderBy = { column: 'priority', direction };
  return listPage(query, actionsTable, question, { where: () => where, orderBy }, itemOf);
}

function itemOf({ customer, columns }: FoundRow): TypeOf<typeof item> {
  const word = <Word extends string>(name: string) => (columns[name] ?? null) as Word | null;
  const named = (name: 'publishedTo' | 'issueId' | 'promiseId' | 'contactId') => {
    const value = word(name);
    return value !== null && { [name]: value };
  };
  return {
    customer,
    ...(word('publishedTo') !== customer && named('publishedTo')),
    rule: word<ActionRule>('rule')!,
    urgency: word<Urgency>('urgency')!,
    reason: word('reason')!,
    dueAt: timeOrNull(columns['dueAt'] as number | null),
    eventId: word('eventId'),
    ...named('issueId'),
    ...named('promiseId'),
    ...named('contactId'),
    team: word('team'),
    agentId: word('agentId'),
  };
}
