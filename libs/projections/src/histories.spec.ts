import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseCsv } from 'csv-parse/sync';
import { parseDocument } from 'yaml';
import { parseTime } from '#event-sourcing';
import { journeyVocabulary, readMapping, RowMapper } from '#connectors';
import type { TouchpointName } from '#journey';
import { asking } from '../../../test/kit/asking.js';
import { cdnowPurchases, cdnowSummary } from '../../../test/kit/cdnow.js';
import type { ToldEvent } from '../../../test/kit/told-event.js';
import { customerView } from './questions/customer-question.js';
import { explain } from './questions/explain.js';
import { issuesSummary } from './questions/issues-summary.js';

const ROOT = join(import.meta.dirname, '..', '..', '..', '..');
const tenant = 'default';

/** The incident log as touchpoints, by the mapping that ships. */
function incidents(): readonly ToldEvent[] {
  const read = (...path: string[]) => readFileSync(join(ROOT, ...path), 'utf8');
  const [head, ...rows] = parseCsv(
    read('test', 'histories', 'incidents', 'incident_event_log.csv'),
  ) as string[][];
  const document: unknown = parseDocument(read('infra', 'mappings', 'incidents.yaml'), {
    schema: 'failsafe',
  }).toJS();
  const mapping = readMapping(document, journeyVocabulary());
  const mapper = new RowMapper(mapping, head!, journeyVocabulary());
  return rows.flatMap((row) =>
    mapper.map(row).events.map(({ type, subject, time, data, id, sequence }): ToldEvent => {
      const name = type.split('.')[1] as TouchpointName;
      return { type: name, customer: subject, at: parseTime(time)!, data, id, sequence: Number(sequence) };
    }),
  );
}

describe('the incident log', () => {
  const { asker } = asking(incidents(), Date.UTC(2017, 5, 1));

  it('comes out of the views as it went in', async () => {
    const summary = await issuesSummary(asker, { tenant });
    expect(summary).toMatchObject({
      issues: 890,
      customers: 639,
      reopened: 10,
      transferred: 391,
      breachReported: 395,
    });
    expect(summary.byState.map(({ state, issues }) => [state, issues])).toEqual([['closed', 890]]);
    const bySeverity = (groups: readonly { readonly issues: number }[], name: string) =>
      Object.fromEntries(groups.map((group) => [(group as never)[name], group.issues]));
    expect(bySeverity(summary.bySeverity, 'severity')).toEqual({
      critical: 15,
      high: 33,
      normal: 757,
      low: 85,
    });
    expect(bySeverity(summary.byRaisedSeverity, 'raisedSeverity')).toEqual({
      critical: 19,
      high: 23,
      normal: 770,
      low: 78,
    });
  }, 120_000);

  it('was another one earlier', async () => {
    const then = await issuesSummary(asker, { tenant, asOf: '2016-03-02T12:00:00Z' });
    expect(then.issues).toBeGreaterThan(0);
    expect(then.issues).toBeLessThan(890);
    expect(then.byState.length).toBeGreaterThan(1);
  }, 120_000);
});

describe('the CDNOW purchases', () => {
  const CALIBRATED = '1997-09-30T00:00:00Z';
  const purchases = cdnowPurchases().map(({ customer, at }, i): ToldEvent => ({
    type: 'PurchaseMade',
    customer,
    at,
    id: String(i),
    data: { orderId: String(i), amount: '1', currency: 'USD' },
  }));
  const byCustomer = new Map<string, ToldEvent[]>();
  for (const purchase of purchases) {
    byCustomer.set(purchase.customer, [...(byCustomer.get(purchase.customer) ?? []), purchase]);
  }

  it('give every customer the P(alive) and risk of MBG/NBD at the published parameters', async () => {
    const summary = cdnowSummary();
    expect(byCustomer.size).toBe(2357);
    const [r, alpha, a, b] = [0.525, 6.183, 0.891, 1.614];
    let i = 0;
    for (const [customer, events] of byCustomer) {
      const { x, tx, T } = summary[i++]!;
      const { asker } = asking(events, Date.UTC(1998, 6, 1));
      const view = await customerView(asker, { tenant, customer, view: 'churn-risk', asOf: CALIBRATED });
      const odds = (a / (b + x)) * ((alpha + T) / (alpha + tx)) ** (r + x);
      const alive = 1 / (1 + odds);
      // The published summary rounds weeks to two decimals.
      expect(Math.abs(view.pAlive! - alive)).toBeLessThan(2e-3);
      expect(
        Math.abs(view.risk - (1 - alive * (1 - ((alpha + T) / (alpha + T + 13)) ** (r + x)))),
      ).toBeLessThan(2e-3);
    }
  }, 120_000);

  it('are explained exactly, for every customer', async () => {
    for (const [customer, events] of byCustomer) {
      const { asker } = asking(events, Date.UTC(1998, 6, 1));
      for (const view of ['churn-risk', 'loyalty'] as const) {
        const { score, opening, contributions } = await explain(asker, { tenant, customer, view });
        const parts = contributions.reduce(
          (sum, { change }) => sum + Math.round(change * 1e6),
          Math.round(opening! * 1e6),
        );
        expect(parts / 1e6).toBe(score);
      }
    }
  }, 120_000);
});
