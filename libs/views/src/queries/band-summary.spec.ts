import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TestLedger } from '../../../../test/kit/test-ledger.js';
import { BEGIN, histories } from '../../../../test/kit/random-histories.js';
import { CHURN_BANDS } from '../churn-risk/churn-risk-view.js';
import { LOYALTY_BANDS } from '../loyalty/loyalty-view.js';
import { bandSummary } from './band-summary.js';
import { churnRiskList } from './churn-risk-list.js';
import { issueQueue } from './issue-queue.js';
import { issuesSummary } from './issues-summary.js';
import { loyaltyList } from './loyalty-list.js';
import type { QueryContext } from './query-context.js';

const DAY = 86_400_000;
const tenant = 'default';

const NAMES = ['a', 'b', 'c', 'd'];
const companies = fc
  .tuple(...NAMES.map((name) => histories(name, 12)))
  .map((each) => each.flatMap((events, i) => events.map((event) => ({ ...event, id: `${i}-${event.id}` }))));

/** Every list beside the summary of it: what a tile shows is what the list behind it holds. */
async function expectEqual(query: QueryContext, asOf: string | undefined): Promise<void> {
  const moment = { tenant, asOf };
  const churn = await bandSummary(query, { ...moment, view: 'churn-risk' });
  for (const band of CHURN_BANDS) {
    const { total, items } = await churnRiskList(query, { ...moment, band, count: 'exact' });
    expect([band, total]).toEqual([band, items.length]);
    expect(churn.byBand.find((one) => one.band === band)!.customers).toBe(items.length);
  }
  const loyal = await loyaltyList(query, { ...moment, count: 'exact' });
  const loyalty = await bandSummary(query, { ...moment, view: 'loyalty' });
  expect([loyalty.customers, churn.customers]).toEqual([loyal.items.length, loyal.total]);
  for (const band of LOYALTY_BANDS) {
    const of = loyal.items.filter((item) => item.band === band);
    expect(loyalty.byBand.find((one) => one.band === band)!.customers).toBe(of.length);
  }
  const inStep = (from: number, to: number) =>
    loyal.items.filter(({ score }) => {
      const rounded = score === null ? -1 : Math.round(score * 100) / 100;
      return rounded >= from && (rounded < to || (to === 100 && rounded === 100));
    }).length;
  expect(loyalty.byScore!.map(({ customers }) => customers)).toEqual(
    Array.from({ length: 10 }, (_, i) => inStep(i * 10, i * 10 + 10)),
  );
  const queue = await issueQueue(query, { ...moment, state: 'open,waiting', count: 'exact' });
  const issues = await issuesSummary(query, { ...moment, state: 'open,waiting' });
  expect([issues.issues, queue.total]).toEqual([queue.items.length, queue.items.length]);
  expect(issues.customers).toBe(new Set(queue.items.map(({ customer }) => customer)).size);
}

describe('the customers of a view, counted by band', () => {
  it('B10: are those of the lists, now, at another moment, and where time has changed rows since they were derived', async () => {
    await fc.assert(
      fc.asyncProperty(
        companies,
        fc.integer({ min: 0, max: 500 }),
        fc.integer({ min: 0, max: 200 }),
        async (events, wait, silence) => {
          const now = BEGIN + (300 + wait) * DAY;
          const { query } = await TestLedger.of(events, now);
          await expectEqual(query, undefined);
          await expectEqual(query, new Date(BEGIN + wait * DAY).toISOString());
          // Nobody derives rows meanwhile: those whose time has come are derived for the answer.
          await expectEqual({ ...query, now: () => now + silence * DAY }, undefined);
        },
      ),
      { numRuns: Number(process.env['CX_RUNS'] ?? 40) },
    );
  });

  it('B10: name the policy and the model they were counted by, and every band, also where there is nobody', async () => {
    const { query } = await TestLedger.of([], BEGIN);
    expect(await bandSummary(query, { tenant, view: 'churn-risk' })).toEqual({
      asOf: new Date(BEGIN).toISOString(),
      position: '0',
      view: 'churn-risk',
      calibrated: false,
      modelVersion: 'default@1',
      policyVersion: 'default@1',
      customers: 0,
      byBand: ['low', 'medium', 'high', 'critical', 'lost'].map((band) => ({ band, customers: 0 })),
    });
    expect(() => bandSummary(query, { tenant, view: 'issues' })).toThrow('the view issues has no bands');
  });
});
