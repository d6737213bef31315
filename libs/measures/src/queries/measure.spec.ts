import { describe, expect, it } from '@jest/globals';
import { TestLedger } from '../../../../test/kit/test-ledger.js';
import type { TestEvent } from '../../../../test/kit/test-event.js';
import { MEASURES } from '../catalogue.js';
import { measureOverTime } from './measure.js';
import { measureRows } from './measure-rows.js';
import type { MeasureQuestion } from './measure-question.js';

const tenant = 'default';
const NOW = Date.parse('2026-05-01T12:00:00Z');

const raised = (issueId: string, at: string, category = 'billing', team?: string): TestEvent => ({
  ...{ type: 'IssueRaised', customer: `c-${issueId}`, at },
  data: { issueId, category, severity: 'normal', ...(team !== undefined && { team }) },
});
const handedOn = (issueId: string, at: string): TestEvent => ({
  ...{ type: 'IssueTransferred', customer: `c-${issueId}`, at, data: { issueId, toTeam: 'second' } },
});

// In Berlin two on 29 March (the day of 23 hours), the second of them at 23:30; one at 00:30 on the 30th.
const EVENTS: readonly TestEvent[] = [
  raised('1', '2026-03-28T23:00:00Z', 'billing', 'a, b'),
  raised('2', '2026-03-29T21:30:00Z', 'login'),
  raised('3', '2026-03-29T22:30:00Z', 'login'),
  raised('4', '2026-02-28T23:30:00Z', 'login'),
  handedOn('3', '2026-04-02T10:00:00Z'),
];

const ask = async (more: Partial<MeasureQuestion>, events = EVENTS) => {
  const { query } = await TestLedger.of(events, NOW);
  return measureOverTime(query, { tenant, measure: 'issues-created', tz: 'Europe/Berlin', ...more });
};

/** The rows that a link leads to, as the server would read it. */
async function linkedRows(link: string, more: object = {}) {
  const { query } = await TestLedger.of(EVENTS, NOW);
  const [, measure, text] = /^\/v1\/measures\/([a-z-]+)\/rows\?(.*)$/.exec(link)!;
  const asked = Object.fromEntries(new URLSearchParams(text));
  return measureRows(query, { tenant, measure: measure!, count: 'exact', ...asked, ...more });
}

describe('a measure over time', () => {
  const march = { from: '2026-03-28', to: '2026-03-31' };

  it('14202: counts by the days of its zone, so that total, list and rows agree in each zone', async () => {
    const berlin = await ask({ ...march, bucket: 'day' });
    expect(berlin.items.map(({ from, value }) => [from, value])).toEqual([
      ['2026-03-27T23:00:00.000Z', 0],
      ['2026-03-28T23:00:00.000Z', 2],
      ['2026-03-29T22:00:00.000Z', 1],
    ]);
    expect(berlin.total.value).toBe(3);
    const utc = await ask({ ...march, bucket: 'day', tz: 'UTC' });
    expect(utc.items.map(({ value }) => value)).toEqual([1, 2, 0]);
    for (const { rows, n } of [berlin.total, ...berlin.items, ...utc.items])
      expect((await linkedRows(rows)).total).toBe(n);
  });

  it('is grouped by several dimensions, rows without one apart, each with its own rows', async () => {
    const { items, by } = await ask({ ...march, by: 'team,category' });
    expect(by).toEqual(['team', 'category']);
    expect(items.map(({ by: values, n }) => [values, n])).toEqual([
      [{ team: 'a, b', category: 'billing' }, 1],
      [{ team: 'second', category: 'login' }, 1],
      [{ team: null, category: 'login' }, 1],
    ]);
    for (const { rows } of items) expect((await linkedRows(rows)).total).toBe(1);
    expect((await linkedRows(items[0]!.rows)).items[0]).toMatchObject({ issueId: '1', team: 'a, b' });
  });

  it('says too few below the minimum, and how many there are in the numerator', async () => {
    const { total } = await ask({ ...march, measure: 'issue-transfer-rate' });
    expect(total).toMatchObject({ value: null, tooFew: true, numerator: 1, denominator: 3, n: 3 });
    expect((await linkedRows(total.rows, { part: 'numerator' })).items).toMatchObject([{ issueId: '3' }]);
  });

  it('12.3: takes a backslash at the end of a filter for what it is', async () => {
    const events = [raised('5', '2026-03-29T10:00:00Z', 'login', 'x\\')];
    const asked = { ...march, by: 'team' };
    const [{ n } = { n: 0 }] = (await ask({ ...asked, team: 'x\\' }, events)).items;
    expect(n).toBe(1);
    expect((await ask({ ...asked, team: 'x' }, events)).items).toEqual([]);
  });

  const bought = (customer: string, at: string, amount: string, currency: string): TestEvent => ({
    ...{ type: 'PurchaseMade', customer, at, data: { orderId: `o-${customer}-${at}`, amount, currency } },
  });
  const sales = { from: '2026-01-01', to: '2026-05-02' };

  it('12.3: adds amounts of one currency only', async () => {
    const events = [
      bought('a', '2026-04-01T10:00:00Z', '19.90', 'EUR'),
      bought('a', '2026-04-02T10:00:00Z', '0.105', 'EUR'),
      bought('b', '2026-04-03T10:00:00Z', '1500', 'JPY'),
    ];
    const { total } = await ask({ ...sales, measure: 'revenue' }, events);
    expect(total).toMatchObject({ value: null, currency: null, n: 3 });
    const none = await ask({ ...march, measure: 'revenue' }, events);
    expect([none.total.value, none.total.currency]).toEqual([null, undefined]);
    const { items } = await ask({ ...sales, measure: 'revenue', by: 'currency' }, events);
    // Half a cent counts as a whole one; the yen has no smaller unit.
    expect(items.map(({ value, currency, n }) => [value, currency, n])).toEqual([
      [20.01, 'EUR', 2],
      [1500, 'JPY', 1],
    ]);
  });

  it('12.3: revenue at risk is what customers in the bands high and critical bought for, and its rows say so', async () => {
    // By the default policy one purchase and 13 weeks of silence are an excess of .59, which is high; just bought: low.
    const events = [
      bought('silent', '2026-01-30T12:00:00Z', '19.90', 'EUR'),
      bought('new', '2026-05-01T11:00:00Z', '70.00', 'EUR'),
    ];
    const { query } = await TestLedger.of(events, NOW);
    const question = { tenant, measure: 'revenue-at-risk', ...sales };
    const { total } = await measureOverTime(query, question);
    expect(total).toMatchObject({ value: 19.9, currency: 'EUR', n: 1 });
    const rows = await measureRows(query, { ...question, count: 'exact' });
    expect([rows.total, rows.items.map(({ customer }) => customer)]).toEqual([1, ['silent']]);
    const then = await measureOverTime(query, { ...question, asOf: '2026-02-15T00:00:00Z' });
    expect(then.total.n).toBe(0);
  });

  it('12.3: lists no rows of a numerator that is no number of rows', async () => {
    const { query } = await TestLedger.of(EVENTS, NOW);
    const numeratorRows = (measure: string) => measureRows(query, { tenant, measure, part: 'numerator' });
    await expect(numeratorRows('nps')).rejects.toThrow('part: the numerator of nps is no number of rows');
    await expect(numeratorRows('equation-completeness')).rejects.toThrow('is no number of rows');
    expect((await numeratorRows('issues-created')).part).toBe('numerator');
  });

  it('has the interval of Wilson around a share', async () => {
    // By hand: 2 of 6 with z = 1.959964: (.3333 + .3201) / 1.6402 ± 1.16914 · …
    const events = [1, 2, 3, 4, 5, 6].map((n) => raised(`n${n}`, `2026-03-0${n}T10:00:00Z`));
    const handed = [handedOn('n1', '2026-03-07T00:00:00Z'), handedOn('n2', '2026-03-07T00:00:00Z')];
    const question = { measure: 'issue-transfer-rate', from: '2026-03-01', to: '2026-03-08' };
    const { total } = await ask(question, [...events, ...handed]);
    expect(total).toMatchObject({ value: 0.333333, numerator: 2, denominator: 6 });
    expect(total.interval).toEqual({ low: 0.096771, high: 0.700007, method: 'wilson' });
  });

  it('is compared bucket by bucket with the months before', async () => {
    const { compared, items, total } = await ask({
      ...{ from: '2026-03-01', to: '2026-05-01', bucket: 'month', compare: 'previous' },
    });
    expect(compared).toEqual({ from: '2025-12-31T23:00:00.000Z', to: '2026-02-28T23:00:00.000Z' });
    expect(items.map(({ value, before }) => [value, before?.value])).toEqual([
      [4, 0],
      [0, 0],
    ]);
    expect(total.before).toMatchObject({ value: 0 });
  });

  it('of the past knows what was known then', async () => {
    const { query } = await TestLedger.of(EVENTS, NOW);
    const question = { tenant, measure: 'issue-transfer-rate', from: '2026-03-01', to: '2026-04-01' };
    const now = await measureOverTime(query, question);
    const then = await measureOverTime(query, { ...question, asOf: '2026-04-01T00:00:00Z' });
    const before = await measureOverTime(query, { ...question, at: '4' });
    expect([now, then, before].map(({ total }) => [total.numerator, total.n])).toEqual([
      [1, 3],
      [0, 3],
      [0, 3],
    ]);
  });

  it('marks policies that came into force within the period', async () => {
    const ledger = await TestLedger.of(EVENTS, NOW);
    await ledger.publish({
      type: 'BusinessHoursPublished',
      data: {
        policy: 'hours',
        version: 1,
        zone: 'UTC',
        weekly: [{ day: 'monday', from: '09:00', to: '17:00' }],
      },
      effectiveFrom: Date.parse('2026-03-29T00:00:00Z'),
    });
    const { policyChanges } = await measureOverTime(ledger.query, {
      ...{ tenant, measure: 'issues-created', ...march },
    });
    expect(policyChanges).toEqual([
      { effectiveFrom: '2026-03-29T00:00:00.000Z', kind: 'business-hours', version: 'hours@1' },
    ]);
  });

  it('counts within hours of the day, or within business hours, and its rows are as many', async () => {
    const ledger = await TestLedger.of(EVENTS, NOW);
    await ledger.publish({
      type: 'BusinessHoursPublished',
      data: {
        ...{ policy: 'hours', version: 1, zone: 'Europe/Berlin' },
        weekly: [{ day: 'sunday', from: '23:00', to: '24:00' }],
      },
      effectiveFrom: Date.parse('2026-01-01T00:00:00Z'),
    });
    // In Berlin: 0:00 on Sunday the 29th, 23:30 that day (when it is open), 0:30 on Monday the 30th.
    for (const [hours, counts] of [
      ['0-1', [0, 1, 1]],
      ['23-0', [0, 1, 0]],
      ['22-1', [0, 2, 1]],
      ['business', [0, 1, 0]],
    ] as const) {
      const question = { tenant, measure: 'issues-created', tz: 'Europe/Berlin', ...march, hours };
      const { items, total } = await measureOverTime(ledger.query, { ...question, bucket: 'day' });
      expect([hours, items.map(({ n }) => n)]).toEqual([hours, counts]);
      const linked = Object.fromEntries(new URLSearchParams(total.rows.split('?')[1]));
      const rows = await measureRows(ledger.query, {
        tenant,
        measure: 'issues-created',
        count: 'exact',
        ...linked,
      });
      expect([hours, rows.total]).toEqual([hours, total.n]);
    }
  });

  it.each([
    [{ hours: '9-9' }, 'hours: 9-9 is no range of hours'],
    [{ measure: 'backlog', hours: '9-17' }, 'hours: backlog is counted at one instant'],
    [{ tz: 'Europe/Berlim' }, 'tz: Europe/Berlim is no time zone'],
    [{ by: 'queu' }, 'by: issues-created has no dimension queu'],
    [{ currency: 'EUR' }, 'currency: issues-created has no dimension currency'],
    [{ within: 20 }, 'within: issues-created has no such limit'],
    [{ team: 'second,' }, 'team: has an empty value among others'],
    [{ team: ',second' }, 'team: has an empty value among others'],
    [{ compare: 'yesterday' }, 'compare: must be previous, year or FROM..TO'],
    [{ measure: 'issue-created' }, 'no measure has this name: did you mean issues-created? GET /v1/measures'],
    [{ measure: 'happiness-of-cats' }, 'no measure has this name: GET /v1/measures lists them'],
  ])('refuses %j with the reason', async (wrong, message) => {
    await expect(ask({ ...march, ...wrong })).rejects.toThrow(message);
  });
});

describe('every measure', () => {
  it.each(MEASURES.map((measure) => [measure.name, measure] as const))(
    '%s is declared over columns that are there, by a time that is indexed',
    (_name, { table, time, where, kind, stock, dimensions, replacedAt }) => {
      const columns = [
        ...[time, stock?.enters, stock?.leaves, replacedAt, kind.values, kind.spread],
        ...[...(kind.sums ?? []), ...(kind.squares ?? []), ...Object.values(dimensions)],
        ...[...(where ?? []), ...Object.values(kind.counts ?? {}).flat()].map(({ column }) => column),
      ].filter((column) => column !== undefined);
      expect(Object.keys(table.columns)).toEqual(expect.arrayContaining([...new Set(columns)]));
      expect(table.times).toEqual(expect.arrayContaining(stock ? [stock.enters, stock.leaves] : [time]));
    },
  );
});
