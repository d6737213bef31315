import { PROMISE_STATES } from '#customer';
import { timeOrNull } from '#event-sourcing';
import { PROMISES } from '#journey';
import { list, nullable, object, oneOf, optional, text, time, type TypeOf } from '../schema.js';
import type { FoundRow } from '../table.js';
import { promisesTable } from '../tables/promises-table.js';
import { erasedMark } from './erased-answer.js';
import { among, orderOf, wordsOf } from './list-options.js';
import { type ListPage, listFrame, listPage, type ListQuestion } from './list-page.js';
import type { QueryContext } from './query-context.js';

const item = object({
  customer: text('the survivor to whom it was made'),
  ...erasedMark,
  publishedTo: optional(text('the identity it was published to, where that is another')),
  promiseId: text(),
  state: oneOf(PROMISE_STATES, 'kept: in time; missed: kept later or not'),
  kind: nullable(oneOf(PROMISES, 'null while only its settlement is known')),
  issueId: nullable(text('the issue that it is about')),
  agentId: nullable(text('who made it')),
  team: nullable(text('the team of that issue when it was made')),
  madeAt: nullable(time()),
  dueAt: nullable(time('until when it is to be kept')),
  keptAt: nullable(time('when it was kept, perhaps too late')),
  missedAt: nullable(time('from when on it counts as missed; known in advance while it is due')),
});

/** The promises of a tenant. */
export const promiseListSchema = object({ ...listFrame, items: list(item) });

/** What the list can be ordered by, and the direction that is usual. */
const ORDERS = { dueAt: 'asc', madeAt: 'asc' } as const;

/** Which promises are meant; what is left out does not matter. Several values have commas between. */
export interface PromiseListQuery extends ListQuestion {
  readonly state?: string;
  readonly kind?: string;
  readonly agentId?: string;
  readonly team?: string;
  readonly customer?: string;
  readonly sort?: string;
}

/** Promises, those that are due earliest first unless sorted otherwise. Throws `historical-question-too-large`. */
export function promiseList(
  query: QueryContext,
  question: PromiseListQuery,
): Promise<ListPage<TypeOf<typeof item>>> {
  const { state, kind, agentId, team, customer } = question;
  const where = [
    ...among('state', wordsOf('state', state, PROMISE_STATES) ?? PROMISE_STATES),
    ...among('kind', wordsOf('kind', kind, PROMISES)),
    ...among('agentId', agentId?.split(',')),
    ...among('team', team?.split(',')),
    ...among('customer', customer === undefined ? undefined : [customer]),
  ];
  const orderBy = orderOf(question.sort, ORDERS, 'dueAt');
  return listPage(query, promisesTable, question, { where: () => where, orderBy }, itemOf);
}

function itemOf({ customer, columns }: FoundRow): TypeOf<typeof item> {
  const word = <Word extends string>(name: string) => (columns[name] ?? null) as Word | null;
  const publishedTo = word('publishedTo')!;
  const timeOf = (name: string) => timeOrNull(columns[name] as number | null | undefined);
  return {
    customer,
    ...(publishedTo !== customer && { publishedTo }),
    promiseId: word('promiseId')!,
    state: word<(typeof PROMISE_STATES)[number]>('state')!,
    kind: word<(typeof PROMISES)[number]>('kind'),
    issueId: word('issueId'),
    agentId: word('agentId'),
    team: word('team'),
    madeAt: timeOf('madeAt'),
    dueAt: timeOf('dueAt'),
    keptAt: timeOf('keptAt'),
    missedAt: timeOf('missedAt'),
  };
}
