import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { day, dayText, eventOn, raised } from '../../../../test/kit/event-builders.js';
import { BEGIN, histories } from '../../../../test/kit/random-histories.js';
import type { TestEvent } from '../../../../test/kit/test-event.js';
import { allPages, TestLedger } from '../../../../test/kit/test-ledger.js';
import type { actions } from '../actions/actions-view.js';
import { URGENCIES } from '../actions/rules.js';
import type { TypeOf } from '../schema.js';
import { actionList, type ActionListQuery } from './action-list.js';
import { customerView } from './customer-views.js';
import type { ListPlaceOf } from './list-page.js';
import type { QueryContext } from './query-context.js';

const DAY = 86_400_000;
const RUNS = Number(process.env['CX_RUNS'] ?? 40);
const tenant = 'default';

type Own = TypeOf<typeof actions.schema>['actions'][number];

const companies = fc
  .tuple(histories('a', 15), histories('b', 15), histories('c', 15))
  .map((each) => each.flatMap((events, i) => events.map((event) => ({ ...event, id: `${i}-${event.id}` }))));

/** The whole list, in pages of two. */
const all = (query: QueryContext, question: Partial<ActionListQuery> = {}) =>
  allPages((place: ListPlaceOf | undefined) => actionList(query, { tenant, ...question, limit: 2, place }));

/** What the views of these customers say, as the list would. */
async function own(query: QueryContext, customers: readonly string[], more: object = {}) {
  const found: (Own & { readonly customer: string })[] = [];
  for (const customer of customers) {
    const view = await customerView(query, { tenant, customer, view: 'actions', ...more });
    const { actions: listed } = view as unknown as { readonly actions: readonly Own[] };
    found.push(...listed.map((one) => ({ customer, ...one })));
  }
  return found;
}

const asText = (items: readonly object[]): readonly string[] =>
  items.map((item) => JSON.stringify(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))).sort();

describe('12.2: the actions of all customers', () => {
  it('are at every moment what each customer’s own view says, although the rows were derived long before', async () => {
    const offsets = fc.array(fc.integer({ min: 0, max: 120 * 24 * 60 }), { minLength: 2, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(
        companies,
        fc.integer({ min: 0, max: 200 }),
        offsets,
        async (events, days, minutes) => {
          const derivedAt = BEGIN + (260 + days) * DAY;
          const { query } = await TestLedger.of(events, derivedAt);
          const customers = [...new Set(events.map(({ customer }) => customer!))];
          for (const later of [0, ...minutes]) {
            const then = { ...query, now: () => derivedAt + later * 60_000 };
            const listed = await all(then);
            expect(asText(listed)).toEqual(asText(await own(then, customers)));
            const urgencies = listed.map(({ urgency }) => URGENCIES.indexOf(urgency));
            expect(urgencies).toEqual([...urgencies].sort());
            for (const urgency of URGENCIES) {
              const dues = listed.flatMap((one) => (one.urgency === urgency ? (one.dueAt ?? []) : []));
              expect(dues).toEqual([...dues].sort());
            }
            expect((await actionList(then, { tenant, count: 'exact' })).total).toBe(listed.length);
          }
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('are of the past what they were then', async () => {
    await fc.assert(
      fc.asyncProperty(companies, fc.integer({ min: 0, max: 300 }), async (events, days) => {
        const { query } = await TestLedger.of(events, BEGIN + 400 * DAY);
        const asOf = new Date(BEGIN + days * DAY).toISOString();
        const customers = [...new Set(events.map(({ customer }) => customer!))];
        expect(asText(await all(query, { asOf }))).toEqual(asText(await own(query, customers, { asOf })));
      }),
      { numRuns: RUNS / 4 },
    );
  });

  const promised = (days: number, customer: string, promiseId: string, due: number): TestEvent =>
    eventOn(
      'PromiseMade',
      days,
      { promiseId, kind: 'repair', dueAt: dayText(due), agentId: 'ada' },
      customer,
    );
  const events = [
    promised(0, 'a', 'missed', 1),
    promised(0, 'b', 'ahead', 5),
    eventOn('ContactStarted', 2, { contactId: 'k', channel: 'phone', direction: 'inbound' }, 'c'),
    raised(2, 'i', { contactId: 'k', severity: 'low', team: 'billing' }, 'c'),
  ];
  const brief = async (question: Partial<ActionListQuery>, at = day(2.1)) => {
    const { query } = await TestLedger.of(events, day(2.1));
    const { items } = await actionList({ ...query, now: () => at }, { tenant, ...question });
    return items.map(({ customer, rule, urgency }) => [customer, rule, urgency].join(' '));
  };

  it('are filtered by rule, urgency, team, agent and customer, and turned round', async () => {
    // The breach in three days moves the risk of churn, too.
    const list = ['a keep-missed-promise now', 'c answer-customer today', 'c win-back soon'];
    expect(await brief({})).toEqual(list);
    expect(await brief({ sort: '-urgency' })).toEqual([...list].reverse());
    expect(await brief({ urgency: 'today,later' })).toEqual([list[1]]);
    expect(await brief({ rule: 'keep-missed-promise' })).toEqual([list[0]]);
    expect(await brief({ team: 'billing' })).toEqual([list[1]]);
    expect(await brief({ agentId: 'ada' })).toEqual([list[0]]);
    expect(await brief({ customer: 'b' })).toEqual([]);
    await expect(brief({ rule: 'keep-promise' })).rejects.toMatchObject({ code: 'invalid-question' });
  });

  it('come and go by time alone, to the millisecond in the row and to the minute in the list', async () => {
    // The answer to a low issue is due after eight hours, its resolution after three days.
    expect(await brief({}, day(2) + 7 * 3_600_000)).toContain('c answer-customer now');
    expect(await brief({ customer: 'b' }, day(4) - 60_000)).toEqual([]);
    expect(await brief({ customer: 'b' }, day(4))).toEqual(['b keep-due-promise today']);
    expect(await brief({ customer: 'b' }, day(5))).toEqual(['b keep-due-promise today']);
    expect(await brief({ customer: 'b' }, day(5) + 60_000)).toEqual(['b keep-missed-promise now']);
  });
});
