import { missedAtOf, promiseStateAt } from '#customer';
import { columns, defineTable, keyOf } from '../define-table.js';

const { text, time } = columns;

/** One row a promise. */
export const promisesTable = defineTable({
  name: 'promises',
  version: 1,
  means:
    'One row for each promise, with its state now. At a time T it is missed where missedAt ≤ T, else kept where keptAt ≤ T, else due.',
  columns: {
    promiseId: text('the id that it was published with'),
    publishedTo: text('the customer that it was published to, before any merge'),
    kind: text('follow-up, delivery, callback, repair or refund'),
    issueId: text('the issue that it is about'),
    agentId: text('who made it'),
    team: text('the team of that issue when it was made'),
    category: text('of that issue when it was made'),
    segment: text('the segment of the customer when it was made'),
    madeAt: time('when it was made'),
    dueAt: time('until when it is to be kept; that instant is still in time'),
    keptAt: time('when it was kept, or its follow-up was completed; perhaps too late'),
    brokenAt: time('when the source said that it was broken'),
    missedAt: time(
      'from when on it counts as missed: the millisecond after it was due, or when it was broken before; known in advance while it is due; null where it was kept in time',
    ),
    state: text('due, kept (in time) or missed (kept later or not)'),
  },
  indexes: [['madeAt'], ['state', 'dueAt']],
  times: ['dueAt'],
  things: ({ promises }) => promises.records,
  key: ({ promiseId, customer }) => keyOf(promiseId, customer),
  row: (promise, _state, { asOf }) => {
    const { about } = promise;
    return {
      promiseId: promise.promiseId,
      publishedTo: promise.customer,
      kind: promise.kind ?? null,
      issueId: about?.issueId ?? null,
      agentId: promise.agentId ?? null,
      team: about?.team ?? null,
      category: about?.category ?? null,
      segment: about?.segment ?? null,
      madeAt: promise.madeAt ?? null,
      dueAt: promise.dueAt ?? null,
      keptAt: promise.keptAt ?? null,
      brokenAt: promise.brokenAt ?? null,
      missedAt: missedAtOf(promise) ?? null,
      state: promiseStateAt(promise, asOf),
    };
  },
  due: (promise, { asOf }) => {
    const missedAt = missedAtOf(promise);
    return missedAt !== undefined && missedAt > asOf ? missedAt : null;
  },
});
