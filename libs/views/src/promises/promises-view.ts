import { missedAtOf, type PromiseRecord, type PromiseState, promiseStateAt } from '#customer';
import { timeOrNull } from '#event-sourcing';
import { PROMISES } from '#journey';
import { round6 } from '#scoring';
import { compareIds } from '../compare-ids.js';
import {
  count,
  list,
  nullable,
  number,
  object,
  oneOf,
  optional,
  text,
  time,
  type TypeOf,
} from '../schema.js';
import { defineView } from '../view.js';
import { promisesTable } from '../tables/promises-table.js';

/** At most this many promises are listed in each state. */
const LISTED = 100;

const promise = object({
  promiseId: text(),
  publishedTo: optional(
    text('the identity it was published to, where several identities have a promise of this id'),
  ),
  kind: nullable(oneOf(PROMISES, 'null while only its settlement is known')),
  issueId: optional(text('the issue that it is about')),
  agentId: optional(text('who made it')),
  madeAt: nullable(time()),
  dueAt: nullable(time('until when it is to be kept; that instant is still in time')),
  keptAt: nullable(time('when it was kept, perhaps too late')),
  missedAt: nullable(time('from when on it counts as missed; null while it does not')),
});

const schema = object({
  due: list(promise, `neither kept nor missed yet, the earliest first; at most ${LISTED}`),
  missed: list(promise, `not kept in time, the latest first; at most ${LISTED}`),
  dueCount: count(),
  keptCount: count('kept in time'),
  missedCount: count('not kept in time, kept later or not'),
  keeping: nullable(
    number('share kept of those kept or missed; null before the first', { minimum: 0, maximum: 1 }),
  ),
});

/** What the customer was promised, and whether it was done in time. */
export const promises = defineView({
  name: 'promises',
  member: 'promises',
  version: 1,
  summary: 'What the customer was promised, and whether it was done in time',
  schema,
  tables: [promisesTable],
  publish({ promises: { records } }, { asOf }): TypeOf<typeof schema> {
    const all = [...records.values()];
    const having = (state: PromiseState) => all.filter((one) => promiseStateAt(one, asOf) === state);
    const [due, kept, missed] = [having('due'), having('kept'), having('missed')];
    const listed = (some: readonly PromiseRecord[]) =>
      some.slice(0, LISTED).map((one) => published(one, asOf, records.isShared(one.promiseId)));
    const settled = kept.length + missed.length;
    return {
      due: listed(due.sort((a, b) => (a.dueAt ?? Infinity) - (b.dueAt ?? Infinity) || byId(a, b))),
      missed: listed(missed.sort((a, b) => missedAtOf(b)! - missedAtOf(a)! || byId(a, b))),
      dueCount: due.length,
      keptCount: kept.length,
      missedCount: missed.length,
      keeping: settled === 0 ? null : round6(kept.length / settled),
    };
  },
});

function published(record: PromiseRecord, asOf: number, isShared: boolean): TypeOf<typeof promise> {
  const { promiseId, customer, kind, about, agentId, madeAt, dueAt, keptAt } = record;
  const missedAt = missedAtOf(record);
  const issueId = about?.issueId ?? null;
  return {
    promiseId,
    ...(isShared && { publishedTo: customer }),
    kind: kind ?? null,
    ...(issueId !== null && { issueId }),
    ...(agentId !== undefined && { agentId }),
    madeAt: timeOrNull(madeAt),
    dueAt: timeOrNull(dueAt),
    keptAt: timeOrNull(keptAt),
    missedAt: timeOrNull(missedAt !== undefined && missedAt <= asOf ? missedAt : undefined),
  };
}

function byId(a: PromiseRecord, b: PromiseRecord): number {
  return compareIds(a.promiseId, b.promiseId) || compareIds(a.customer, b.customer);
}
