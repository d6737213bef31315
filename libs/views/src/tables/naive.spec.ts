import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { foldCustomer } from '#customer';
import { eventIdOf, type Fact } from '#event-sourcing';
import { contextAt, factsOf } from '../../../../test/kit/folded.js';
import { NaivePerson, type NaiveRow } from '../../../../test/kit/naive-tables.js';
import { BEGIN, histories } from '../../../../test/kit/random-histories.js';
import { incidents, purchases } from '../../../../test/kit/real-histories.js';
import { SOURCE, type TestEvent } from '../../../../test/kit/test-event.js';
import { TestLedger } from '../../../../test/kit/test-ledger.js';
import type { TableRow } from '../table.js';
import { TABLES } from '../views.js';

const DAY = 86_400_000;
const RUNS = Number(process.env['CX_RUNS'] ?? 60);
const tenant = 'default';

const NAIVE = [
  'contacts',
  'issues',
  'assignments',
  'surveys',
  'answers',
  'promises',
  'purchases',
  'contracts',
  'offers',
  'mentions',
] as const;

type Rows = readonly TableRow['columns'][];

/** The rows in an order of their own, each with the columns that the naive recomputation has. */
function comparable(found: Rows, naive: readonly NaiveRow[]) {
  const columns = Object.keys(naive[0] ?? {});
  const texts = (rows: Rows) =>
    rows.map((row) => JSON.stringify(columns.map((column) => [column, row[column]]))).sort();
  return [texts(found), texts(naive)];
}

function expectNaive(rowsOf: (table: string) => Rows, person: NaivePerson): void {
  for (const table of NAIVE) {
    const naive = person[table]();
    const [found, wanted] = comparable(rowsOf(table), naive);
    expect({ table, count: rowsOf(table).length, rows: found }).toEqual({
      ...{ table, count: naive.length, rows: wanted },
    });
  }
}

const BOTH = fc
  .tuple(histories('a', 25), histories('b', 25))
  .map(([a, b]) => [
    ...a.map((event) => ({ ...event, id: `a-${event.id}` })),
    ...b.map((event) => ({ ...event, id: `b-${event.id}` })),
  ]);

describe('derived tables', () => {
  it('12.1: are what a naive recomputation from the raw events gives: late, retracted and merged ones included', async () => {
    await fc.assert(
      fc.asyncProperty(
        BOTH,
        fc.array(fc.nat(200), { maxLength: 6 }),
        fc.array(fc.nat(1_000), { minLength: 8, maxLength: 8 }),
        fc.boolean(),
        async (events, wrong, order, merged) => {
          const retracted = new Set(wrong.flatMap((n) => events[n % events.length]?.id ?? []));
          const corrections = [...retracted].map((eventId): TestEvent => ({
            ...{ type: 'EventRetracted', customer: eventId.split('-')[0]!, id: `not-${eventId}`, at: BEGIN },
            data: { eventSource: SOURCE, eventId, reason: 'wrong' },
          }));
          const merge: TestEvent = {
            ...{ type: 'CustomersMerged', customer: 'a', id: 'merge', at: BEGIN + 9 * DAY },
            data: { mergedId: 'b' },
          };
          const all: readonly TestEvent[] = [...events, ...corrections, ...(merged ? [merge] : [])];
          const shuffled = all
            .map((event, i) => ({ event, at: order[i % order.length]! * (i + 1) }))
            .sort((x, y) => (x.at % 997) - (y.at % 997))
            .map(({ event }) => event);
          // In two parts: the second comes late, onto rows that are stored already.
          const ledger = await TestLedger.of(shuffled.slice(0, order[0]! % 60), BEGIN + 400 * DAY);
          await ledger.tell(...shuffled.slice(order[0]! % 60));
          const out = new Set([...retracted].map((id) => eventIdOf(tenant, SOURCE, id)));
          const facts = factsOf(events).filter(({ eventId }) => !out.has(eventId));
          for (const survivor of merged ? ['a'] : ['a', 'b']) {
            const own = merged ? facts : facts.filter(({ customer }) => customer === survivor);
            const rows = await storedRows(ledger, survivor);
            expectNaive((table) => rows.get(table)!, new NaivePerson(own));
          }
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('12.1: split the time of a contact among its agents, and the work on an issue, without a remainder', () => {
    fc.assert(
      fc.property(histories('a', 40), (events) => {
        const context = contextAt(BEGIN + 400 * DAY);
        const state = foldCustomer(factsOf(events), context);
        const rowsOf = (name: string) =>
          TABLES.find((table) => table.name === name)!
            .rows(state, context)
            .map(({ columns }) => columns);
        const sum = (rows: Rows, column: string) => rows.reduce((a, row) => a + Number(row[column]), 0);
        for (const contact of rowsOf('contacts')) {
          const parts = rowsOf('handlings').filter(({ contactId }) => contactId === contact['contactId']);
          expect(parts).toHaveLength(Number(contact['agents']) + Number(contact['bots']));
          if (parts.length === 0) continue;
          for (const column of ['talkMs', 'holdMs', 'afterContactMs', 'handleMs'])
            expect([column, sum(parts, column)]).toEqual([column, Number(contact[column] ?? 0)]);
          if (contact['endedAt'] !== null) expect(sum(parts, 'shareMillionths')).toBe(1_000_000);
        }
        const assignments = rowsOf('assignments');
        for (const issueId of new Set(assignments.map((row) => row['issueId']))) {
          const parts = assignments.filter((row) => row['issueId'] === issueId);
          expect(sum(parts, 'shareMillionths')).toBe(sum(parts, 'work') > 0 ? 1_000_000 : 0);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it.each([
    ['the incident log', incidents, 2_500],
    ['the CDNOW purchases', purchases, 6_919],
  ] as const)('12.1: of %s are what a naive recomputation gives', (_what, read, atLeast) => {
    const byCustomer = new Map<string, Fact[]>();
    for (const fact of factsOf(read())) {
      if (!byCustomer.has(fact.customer)) byCustomer.set(fact.customer, []);
      byCustomer.get(fact.customer)!.push(fact);
    }
    const context = contextAt(Date.parse('2020-01-01T00:00:00Z'));
    let facts = 0;
    for (const own of byCustomer.values()) {
      const state = foldCustomer(own, context);
      const rowsOf = (name: string) =>
        TABLES.find((table) => table.name === name)!
          .rows(state, context)
          .map(({ columns }) => columns);
      expectNaive(rowsOf, new NaivePerson(own));
      facts += own.length;
    }
    expect(facts).toBeGreaterThanOrEqual(atLeast);
  });
});

/** The stored rows of a person, by table. */
async function storedRows({ query }: TestLedger, survivor: string): Promise<ReadonlyMap<string, Rows>> {
  const rows = new Map<string, Rows>();
  for (const { name } of TABLES) {
    const found = await query.reader.snapshot((reader) =>
      reader.list(name, {
        tenant,
        where: [{ column: 'customer', is: '=', value: survivor }],
        orderBy: { column: 'due', direction: 'asc' },
        limit: 1_000,
      }),
    );
    rows.set(
      name,
      found.map(({ columns }) => columns),
    );
  }
  return rows;
}
