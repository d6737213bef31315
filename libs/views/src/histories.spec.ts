import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { foldCustomer, type CustomerState } from '#customer';
import type { Fact } from '#event-sourcing';
import type { ViewContext } from '#scoring';
import { contextAt, factsOf } from '../../../test/kit/folded.js';
import { cdnowSummary } from '../../../test/kit/cdnow.js';
import { incidents, purchases } from '../../../test/kit/real-histories.js';
import type { TestEvent } from '../../../test/kit/test-event.js';
import { churnRisk } from './churn-risk/churn-risk-view.js';
import { issuesTable } from './issues/issues-table.js';
import { issues } from './issues/issues-view.js';
import { loyalty } from './loyalty/loyalty-view.js';
import type { TableRow } from './table.js';

/** The facts of each customer in business order; customers in the order in which they are met. */
function byCustomer(events: readonly TestEvent[]): ReadonlyMap<string, readonly Fact[]> {
  const found = new Map<string, Fact[]>();
  for (const fact of factsOf(events)) {
    const facts = found.get(fact.customer);
    if (facts === undefined) found.set(fact.customer, [fact]);
    else facts.push(fact);
  }
  return found;
}

function stateAt(facts: readonly Fact[], context: ViewContext): CustomerState {
  return foldCustomer(
    facts.filter(({ occurredAt }) => occurredAt <= context.asOf),
    context,
  );
}

/**
 * Digests of the three views of all customers, as the projections of commit 88e7468 published them (one line a customer in
 * the order of ids, `nextBandAt` left out: it was a whole second then and is exact since; `reasons` came later). Recorded with that commit's
 * own code before it was deleted; a difference here is a change of published numbers.
 */
const RECORDED = {
  incidents: {
    '2016-03-02T12:00:00.000Z': '1d10b1badf2a3c101f04d3e9c2454396',
    '2016-12-31T00:00:00.000Z': 'af6722edcfa1403feaf0051ab3a79286',
    '2017-06-01T00:00:00.000Z': '78e2a093aa1644f07d8ea5f9ff1f5f79',
  },
  cdnow: {
    '1997-03-31T00:00:00.000Z': 'eec672d47b5ccdc11119a8e3a3aee12a',
    '1997-09-30T00:00:00.000Z': '197d16cb1e45140f88702ed97ea34751',
    '1998-06-30T00:00:00.000Z': 'f5ab691cfeaa250718528d22f5493cf7',
    '2001-01-01T00:00:00.000Z': 'c270092149a4f44d3fc0a06d539cf082',
  },
} as const;

const HISTORIES = { incidents: byCustomer(incidents()), cdnow: byCustomer(purchases()) } as const;

function digestOf(history: ReadonlyMap<string, readonly Fact[]>, asOf: string): string {
  const context = contextAt(Date.parse(asOf));
  const hash = createHash('sha256');
  for (const customer of [...history.keys()].sort()) {
    const state = stateAt(history.get(customer)!, context);
    if (state.lastAt === undefined) continue;
    const views = [loyalty, churnRisk, issues].map((view) => ({
      ...view.publish(state, context),
      nextBandAt: undefined,
      reasons: undefined,
    }));
    hash.update(`${customer} ${JSON.stringify(views)}\n`);
  }
  return hash.digest('hex').slice(0, 32);
}

describe('the views of real histories', () => {
  it.each(Object.keys(RECORDED.incidents) as (keyof typeof RECORDED.incidents)[])(
    'of the incident log as of %s are what they were',
    (asOf) => {
      expect(digestOf(HISTORIES.incidents, asOf)).toBe(RECORDED.incidents[asOf]);
    },
  );

  it.each(Object.keys(RECORDED.cdnow) as (keyof typeof RECORDED.cdnow)[])(
    'of the CDNOW purchases as of %s are what they were',
    (asOf) => {
      expect(digestOf(HISTORIES.cdnow, asOf)).toBe(RECORDED.cdnow[asOf]);
    },
  );
});

describe('the incident log', () => {
  /** The rows of all issues as of a time, each with its customer. */
  function issuesAt(asOf: string): readonly (TableRow['columns'] & { readonly customer: string })[] {
    const context = contextAt(Date.parse(asOf));
    return [...HISTORIES.incidents].flatMap(([customer, facts]) =>
      issuesTable.rows(stateAt(facts, context), context).map(({ columns }) => ({ ...columns, customer })),
    );
  }

  it('comes out of the table of issues as it went in', () => {
    const found = issuesAt('2017-06-01T00:00:00Z');
    const sum = (column: string) => found.reduce((total, issue) => total + Number(issue[column]), 0);
    expect(found).toHaveLength(890);
    expect(new Set(found.map(({ customer }) => customer)).size).toBe(639);
    expect([sum('reopened'), sum('transferred'), sum('breachReported')]).toEqual([10, 391, 395]);
    const countsBy = (column: string) => {
      const counts: { [value: string]: number } = {};
      for (const issue of found) counts[String(issue[column])] = (counts[String(issue[column])] ?? 0) + 1;
      return counts;
    };
    expect(countsBy('state')).toEqual({ closed: 890 });
    expect(countsBy('severity')).toEqual({ critical: 15, high: 33, normal: 757, low: 85 });
    expect(countsBy('raisedSeverity')).toEqual({ critical: 19, high: 23, normal: 770, low: 78 });
  });

  it('was another one earlier', () => {
    const found = issuesAt('2016-03-02T12:00:00Z');
    expect(found.length).toBeGreaterThan(0);
    expect(found.length).toBeLessThan(890);
    expect(new Set(found.map(({ state }) => state)).size).toBeGreaterThan(1);
  });
});

describe('the CDNOW purchases', () => {
  it('give every customer the P(alive) and risk of MBG/NBD at the published parameters', () => {
    const summary = cdnowSummary();
    const context = contextAt(Date.parse('1997-09-30T00:00:00Z'));
    const [r, alpha, a, b] = [0.525, 6.183, 0.891, 1.614];
    expect(HISTORIES.cdnow.size).toBe(2357);
    const inOrder = [...HISTORIES.cdnow.keys()].sort((one, other) => Number(one) - Number(other));
    for (const [i, customer] of inOrder.entries()) {
      const { x, tx, T } = summary[i]!;
      const view = churnRisk.publish(stateAt(HISTORIES.cdnow.get(customer)!, context), context);
      const alive = 1 / (1 + (a / (b + x)) * ((alpha + T) / (alpha + tx)) ** (r + x));
      const risk = 1 - alive * (1 - ((alpha + T) / (alpha + T + 13)) ** (r + x));
      // The published summary rounds weeks to two decimals.
      expect(Math.abs(view.pAlive! - alive)).toBeLessThan(2e-3);
      expect(Math.abs(view.risk! - risk)).toBeLessThan(2e-3);
    }
  });
});
