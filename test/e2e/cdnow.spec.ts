import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { historyAt, mbgAlive, mbgRisk, withPurchase, type PurchaseHistory, type Purchases } from '#scoring';
import { bgLogLikelihood, mbgLogLikelihood } from '../kit/purchase-models.js';
import { cdnowSummary } from '../kit/cdnow.js';
import { inParallel } from '../kit/exact-decimals.js';
import { wronglyExplained } from '../kit/exact-explanation.js';
import { customersOf } from '../kit/history-views.js';
import { LedgerProcess } from '../kit/ledger-process.js';

const FILE = join('test', 'histories', 'cdnow', 'CDNOW_sample.txt');
const IMPORT = ['import', FILE, '--map', join('infra', 'mappings', 'cdnow.yaml'), '--json'];
/** The end of the calibration period, inclusive: Fader, Hardie & Lee (2005). */
const CALIBRATED = '1997-09-30T00:00:00Z';
const WEEK = 7 * 24 * 3600 * 1000;

const BG = { r: 0.24259, alpha: 4.41353, a: 0.79289, b: 2.42575 };
const MBG_FITTED = { r: 0.52484, alpha: 6.18299, a: 0.89136, b: 1.614 };
/** The default model's, to which the table of P(alive) and risk belongs. */
const MBG = { r: 0.525, alpha: 6.183, a: 0.891, b: 1.614 };

interface RiskView {
  readonly risk: number;
  readonly pAlive: number;
  readonly kind: string;
  readonly horizonDays: number;
}

/** A policy that asks for 39 weeks, as the published table does. */
async function askFor39Weeks(ledger: LedgerProcess, tenant: string): Promise<void> {
  const answer = await ledger.post(
    '/v1/policies/scoring',
    { policy: 'thirty-nine', version: 1, horizonWeeks: { nonContractual: 39 } },
    { tenant },
  );
  if (!answer.ok) throw new Error(await answer.text());
}

describe('the purchases of CDNOW, imported by cx through the server', () => {
  const ledger = new LedgerProcess();
  let customers: string[];
  const histories = new Map<string, PurchaseHistory>();

  beforeAll(async () => {
    await ledger.start();
    const { status, stdout, stderr } = await ledger.cx(...IMPORT);
    if (status !== 0) throw new Error(`the import failed: ${stderr}${stdout}`);
    expect(JSON.parse(stdout)).toMatchObject({
      rows: { total: 6919, recorded: 6919 },
      events: { total: 6919, recorded: 6919, duplicate: 0, refused: 0 },
    });
    customers = await customersOf(ledger);
    await inParallel(customers, 4, async (customer) => {
      const items = await ledger.all<{ type: string; occurredAt: string }>(
        `/v1/customers/${customer}/timeline`,
        { asOf: CALIBRATED },
      );
      const bought = items
        .filter(({ type }) => type === 'PurchaseMade')
        .map(({ occurredAt }) => Date.parse(occurredAt));
      const folded = bought.sort((a, b) => a - b).reduce<Purchases | undefined>(withPurchase, undefined);
      histories.set(customer, historyAt(folded!, Date.parse(CALIBRATED)));
    });
  }, 180_000);

  afterAll(() => ledger.remove());

  it('are 6,919 of 2,357 customers, repeated rows being purchases of their own', async () => {
    expect(customers).toHaveLength(2357);
    let purchases = 0;
    await inParallel(customers, 4, async (customer) => {
      const items = await ledger.all(`/v1/customers/${customer}/timeline`);
      purchases += items.length;
    });
    expect(purchases).toBe(6919);
  }, 180_000);

  it('give the published x, t_x and T of every customer at the end of the calibration', () => {
    const published = cdnowSummary().map(({ x, tx, T }) => `${x} ${tx.toFixed(2)} ${T.toFixed(2)}`);
    const read = customers
      .map((customer) => histories.get(customer)!)
      .map(({ x, tx, T }) => `${x} ${tx.toFixed(2)} ${T.toFixed(2)}`);
    expect(read).toEqual(published);
  });

  it('give the published log-likelihoods over the states in the ledger', () => {
    const sum = (of: (history: PurchaseHistory) => number) =>
      [...histories.values()].reduce((total, history) => total + of(history), 0);
    // −9582.4256 over the summary, which rounds weeks to two decimals
    expect(sum((history) => bgLogLikelihood(BG, history))).toBeCloseTo(-9582.4292, 4);
    expect(sum((history) => mbgLogLikelihood(MBG_FITTED, history))).toBeCloseTo(-9582.13, 1);
  });

  it('give each customer the P(alive) and risk of the model, 13 weeks ahead', async () => {
    const wrong: string[] = [];
    await inParallel(customers, 4, async (customer) => {
      const view = await ledger.get<RiskView>(`/v1/customers/${customer}/churn-risk`, { asOf: CALIBRATED });
      const history = histories.get(customer)!;
      const right =
        view.kind === 'non-contractual' &&
        view.horizonDays === 91 &&
        Math.abs(view.pAlive - mbgAlive(MBG, history)) < 1e-6 &&
        Math.abs(view.risk - mbgRisk(MBG, history, 13)) < 1e-6;
      if (!right) wrong.push(customer);
    });
    expect(wrong).toEqual([]);
  }, 180_000);

  it('explain every score exactly', async () => {
    expect(await wronglyExplained(ledger, customers, 'churn-risk', CALIBRATED)).toEqual([]);
    expect(await wronglyExplained(ledger, customers, 'loyalty', '1998-07-01T00:00:00Z')).toEqual([]);
  }, 180_000);

  it('give the table of P(alive) and of the risk over 39 weeks', async () => {
    const start = Date.parse('2020-01-01T00:00:00Z');
    const patterns = [
      { customer: 'never-again', x: 0, tx: 0, T: 38.86, alive: 0.389735, risk: 0.891171 },
      { customer: 'once-late', x: 1, tx: 38, T: 38.86, alive: 0.740178, risk: 0.545748 },
      { customer: 'five-early', x: 5, tx: 20, T: 38.86, alive: 0.270369, risk: 0.738249 },
      { customer: 'every-week', x: 26, tx: 30.86, T: 31, alive: 0.965566, risk: 0.034434 },
    ];
    await askFor39Weeks(ledger, 'table');
    for (const { customer, x, tx, T, alive, risk } of patterns) {
      const times = [0, ...Array.from({ length: x }, (_, i) => (tx * (i + 1)) / x)];
      const events = times.map((weeks, i) => ({
        ...{
          specversion: '1.0',
          id: `${customer}-${i}`,
          source: 'urn:test',
          type: 'cx.PurchaseMade.v1',
          subject: customer,
        },
        time: new Date(start + Math.round(weeks * WEEK)).toISOString(),
        data: { orderId: `o-${i}`, amount: '1.00', currency: 'EUR' },
      }));
      const answer = await ledger.post('/v1/events', events, {
        tenant: 'table',
        type: 'application/cloudevents-batch+json',
      });
      const { results } = (await answer.json()) as { results: { status: string; position: string }[] };
      expect(results.every(({ status }) => status === 'recorded')).toBe(true);
      const asOf = new Date(start + Math.round(T * WEEK)).toISOString();
      const query = { asOf, after: results.at(-1)!.position };
      const view = await ledger.get<RiskView>(`/v1/customers/${customer}/churn-risk`, query, 'table');
      expect(view).toMatchObject({ kind: 'non-contractual', horizonDays: 273 });
      expect(view.pAlive).toBeCloseTo(alive, 6);
      expect(view.risk).toBeCloseTo(risk, 6);
    }
  });

  it('are the same when they are imported again', async () => {
    const { status, stdout } = await ledger.cx(...IMPORT);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ events: { recorded: 0, duplicate: 6919, refused: 0 } });
  });
});
