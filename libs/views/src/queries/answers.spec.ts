import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { parseTime } from '#event-sourcing';
import type { TouchpointName } from '#journey';
import { TestLedger } from '../../../../test/kit/test-ledger.js';
import { day, dayText, raised, eventOn } from '../../../../test/kit/event-builders.js';
import { BEGINNING, eventHistory } from '../../../../test/kit/event-histories.js';
import type { TestEvent } from '../../../../test/kit/test-event.js';
import { VIEWS } from '../views.js';
import { ANSWERS, VIEW_ANSWERS } from './answers.js';
import { BANDED_VIEWS } from './band-summary.js';
import { SCORED_VIEWS } from './explain.js';
import { QUERIES } from './queries.js';
import type { QueryContext } from './query-context.js';

const DAY = 86_400_000;
const tenant = 'default';

const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
ajv.addFormat('date-time', (text) => parseTime(text) !== undefined);
const validators = new Map(
  Object.entries({ ...ANSWERS, ...VIEW_ANSWERS }).map(([name, { json }]) => [name, ajv.compile(json)]),
);

/** Every answer about customers of a tenant, under the name of its schema. */
async function* answersOf(query: QueryContext, customer: string): AsyncIterable<[name: string, object]> {
  const about = { tenant, customer };
  yield ['customer', await QUERIES.customer(query, about)];
  for (const { name: view } of VIEWS)
    yield [`customer-${view}`, await QUERIES.view(query, { ...about, view })];
  yield ['timeline', await QUERIES.timeline(query, { ...about, limit: 7 })];
  for (const { name: view } of SCORED_VIEWS)
    yield ['explanation', await QUERIES.explain(query, { ...about, view, limit: 20 })];
  yield ['replay', await QUERIES.replay(query, { ...about, limit: 20 })];
  for (const { name: view } of VIEWS)
    yield ['replay', await QUERIES.replay(query, { ...about, view, limit: 9 })];
  yield ['churn-risk-list', await QUERIES['churn-risk-list'](query, { tenant, limit: 2 })];
  yield ['churn-risk-list', await QUERIES['churn-risk-list'](query, { tenant, band: 'lost' })];
  yield ['loyalty-list', await QUERIES['loyalty-list'](query, { tenant })];
  for (const { name: view } of BANDED_VIEWS)
    yield [`${view}-summary`, await QUERIES['band-summary'](query, { tenant, view })];
  yield ['issue-list', await QUERIES['issue-list'](query, { tenant })];
  yield ['issues-summary', await QUERIES['issues-summary'](query, { tenant })];
}

/** What does not conform; the place of the next page is a text once it has been made a cursor. */
function faultsOf(name: string, answer: object): readonly unknown[] {
  const { next, ...rest } = JSON.parse(JSON.stringify(answer)) as { next?: object | null };
  const cursor = next === undefined ? {} : { next: next === null ? null : 'cursor' };
  const validate = validators.get(name)!;
  validate({ ...rest, ...cursor });
  return validate.errors ?? [];
}

describe('every answer', () => {
  it('B8: is what its JSON Schema declares, whatever happened, was merged or was retracted', async () => {
    await fc.assert(
      fc.asyncProperty(eventHistory(40), fc.nat(300), async (history, days) => {
        const events = history.map(({ type, customer, ...rest }): TestEvent => ({
          ...rest,
          type: type as TouchpointName,
          customer: customer!,
        }));
        const { query } = await TestLedger.of(events, BEGINNING + days * DAY);
        for await (const [name, answer] of answersOf(query, events[0]!.customer)) {
          expect([name, faultsOf(name, answer)]).toEqual([name, []]);
        }
      }),
      { numRuns: Number(process.env['CX_RUNS'] ?? 30) },
    );
  });

  it('A24: tells two issues of one id apart by the identity, in a replay too', async () => {
    const ledger = await TestLedger.of([raised(0, '1', {}, 'a'), raised(0.1, '1', {}, 'b')], day(0.5));
    await ledger.tell(
      { type: 'CustomersMerged', customer: 'a', at: day(0.2), data: { mergedId: 'b' } },
      eventOn('IssueReprioritised', 0.3, { issueId: '1', severity: 'low' }, 'b'),
    );
    const { items } = await QUERIES.replay(ledger.query, { tenant, customer: 'a', view: 'issues' });
    expect(items.at(-1)!.changes.map(({ path }) => path)).toEqual([
      '/open/b:1/severity',
      '/open/b:1/breachAt',
      '/open/b:1/pressure',
      '/pressure',
    ]);
    const later = { tenant, customer: 'a', view: 'churn-risk', asOf: dayText(9) };
    const { contributions } = await QUERIES.explain(ledger.query, later);
    const breaches = contributions.filter(({ type }) => type === 'sla-breached');
    expect(breaches.map(({ issueId, publishedTo }) => [issueId, publishedTo])).toEqual([
      ['1', 'a'],
      ['1', 'b'],
    ]);
    const replayed = (await QUERIES.replay(ledger.query, { ...later, view: 'churn-risk' })).items;
    expect(replayed.filter(({ type }) => type === 'sla-breached').map((item) => item.publishedTo)).toEqual([
      'a',
      'b',
    ]);
  });
});
