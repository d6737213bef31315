import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CustomerState } from '#customer';
import { round2 } from '#scoring';
import { contextAt, factsOf, stateOf } from '../../../test/kit/folded.js';
import { BEGIN, histories } from '../../../test/kit/random-histories.js';
import { bought, day, raised, eventOn } from '../../../test/kit/event-builders.js';
import { churnRisk } from './churn-risk/churn-risk-view.js';
import { customersTable } from './customers/customers-table.js';
import { issuesTable } from './issues/issues-table.js';
import { issues } from './issues/issues-view.js';
import { loyalty } from './loyalty/loyalty-view.js';
import type { TableRow } from './table.js';
import { TABLES } from './views.js';

const DAY = 86_400_000;
const RUNS = Number(process.env['CX_RUNS'] ?? 100);

describe('the rows of a derived table', () => {
  it('A7: stay what they are until they are due, as far as silence goes', () => {
    fc.assert(
      fc.property(
        histories('c-1', 40),
        fc.nat(400),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 3, maxLength: 8 }),
        (events, days, looks) => {
          const context = contextAt(BEGIN + 300 * DAY);
          const state = stateOf(events, context);
          const asOf = context.asOf + days * DAY;
          for (const table of TABLES) {
            for (const row of table.rows(state, { ...context, asOf })) {
              const last = (row.due ?? asOf + 20_000 * DAY) - 1;
              expect(last).toBeGreaterThanOrEqual(asOf);
              for (const look of [...looks, 1]) {
                const at = asOf + Math.floor((last - asOf) * look);
                const then = table.rows(state, { ...context, asOf: at }).find(({ key }) => key === row.key);
                expect(then?.columns).toEqual(row.columns);
              }
            }
          }
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('have the declared columns, all of them and no others, of their types', () => {
    fc.assert(
      fc.property(histories('c-1', 40), (events) => {
        const context = contextAt(BEGIN + 300 * DAY);
        for (const table of TABLES) {
          const rows = table.rows(stateOf(events, context), context);
          expect(rows.map(({ key }) => key)).toEqual([...new Set(rows.map(({ key }) => key))].sort());
          for (const { columns } of rows) {
            expect(Object.keys(columns)).toEqual(Object.keys(table.columns));
            for (const [name, value] of Object.entries(columns)) {
              if (value === null) continue;
              expect(typeof value).toBe(table.columns[name] === 'text' ? 'string' : 'number');
              if (table.columns[name] === 'integer') expect(Number.isSafeInteger(value)).toBe(true);
            }
          }
        }
      }),
      { numRuns: RUNS },
    );
  });
});

describe('rows that facts have changed', () => {
  it('are told apart: what is derived on the way is what is derived at once, in every table', () => {
    fc.assert(
      fc.property(histories('c-1', 60), fc.array(fc.nat(3), { minLength: 1 }), (events, cuts) => {
        const later = contextAt(BEGIN + 300 * DAY);
        const state = new CustomerState();
        const tables = TABLES.filter(({ changedRows }) => changedRows !== undefined);
        const kept = new Map(tables.map(({ name }) => [name, new Map<string, TableRow>()]));
        // Time alone changes rows too, which is what `due` is for: all are derived as of one time here.
        const derive = () => {
          for (const table of tables)
            for (const row of table.changedRows!(state, later)) kept.get(table.name)!.set(row.key, row);
          state.markDerived();
        };
        factsOf(events).forEach((fact, i) => {
          state.apply(fact, later);
          if (cuts[i % cuts.length] !== 0) derive();
        });
        derive();
        for (const table of tables) {
          const rows = [...kept.get(table.name)!.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
          expect({ table: table.name, rows }).toEqual({ table: table.name, rows: table.rows(state, later) });
        }
      }),
      { numRuns: RUNS },
    );
  });
});

describe('the row of a customer', () => {
  it('holds what the views publish, scores rounded to two decimals', () => {
    fc.assert(
      fc.property(histories('c-1', 40), fc.nat(900), (events, days) => {
        const context = contextAt(BEGIN + 100 * DAY + days * DAY);
        const state = stateOf(events, context);
        if (state.lastAt === undefined) return;
        const [row] = customersTable.rows(state, context);
        const risk = churnRisk.publish(state, context);
        const { score, band } = loyalty.publish(state, context);
        expect(row!.columns).toEqual({
          band: risk.band,
          excess: round2(risk.excess!),
          kind: risk.kind,
          left: risk.left ? 1 : 0,
          loyaltyBand: band,
          loyalty: score === null ? null : round2(score),
          openIssues: issues.publish(state, context).openCount,
          lastAt: state.lastAt,
          segment: state.profile.segment ?? null,
        });
      }),
      { numRuns: RUNS },
    );
  });
});

describe('the rows of issues', () => {
  const context = contextAt(day(3));

  it('A24: have keys of their own where two identities have an issue of one id', () => {
    const rows = issuesTable.rows(
      stateOf([raised(0, '1'), raised(1, '1', {}, 'c-2'), raised(2, '2')], context),
      context,
    );
    expect(rows.map(({ key, columns }) => [key, columns['publishedTo']])).toEqual([
      ['1\nc-1', 'c-1'],
      ['1\nc-2', 'c-2'],
      ['2\nc-1', 'c-1'],
    ]);
  });

  it('hold closed issues too, which nothing changes any more', () => {
    const [row] = issuesTable.rows(
      stateOf([bought(0), raised(0, 'i'), eventOn('IssueClosed', 2, { issueId: 'i' })], context),
      context,
    );
    expect(row).toMatchObject({
      due: null,
      columns: { state: 'closed', pressure: 0, breachAt: day(1), breachesAt: day(1) },
    });
  });
});
