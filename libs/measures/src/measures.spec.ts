import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MEASURED_DAYS, MEASURED_FROM, measuredHistories } from '../../../test/kit/measured-histories.js';
import { type NaiveCase, NaiveMeasures } from '../../../test/kit/naive-measures.js';
import { incidents, purchases } from '../../../test/kit/real-histories.js';
import { TestLedger } from '../../../test/kit/test-ledger.js';
import type { TestEvent } from '../../../test/kit/test-event.js';
import { MEASURES } from './catalogue.js';
import { QUERIES } from '#views';
import type { Measure } from './measure.js';
import { measureOverTime, type MeasureAnswer } from './queries/measure.js';
import { measureRows } from './queries/measure-rows.js';
import type { MeasureQuestion } from './queries/measure-question.js';

const DAY = 86_400_000;
const tenant = 'default';
/** Cases of the property; `CX_RUNS` makes it a longer search. */
const RUNS = Number(process.env['CX_RUNS'] ?? 8);

interface Expected {
  readonly numerator: number;
  readonly denominator: number;
  readonly n: number;
  readonly value: number | null;
}

/** What a figure must be, from the cases of its bucket. */
function expected(
  { kind, stock, name }: Measure,
  all: readonly NaiveCase[],
  from: number,
  to: number,
): Expected {
  if (stock !== undefined) {
    const there = all.filter(({ at, until }) => at < to && until! >= to);
    const n = there.length;
    if (name === 'backlog') return { numerator: n, denominator: n, n, value: n };
    const age = Math.round(there.reduce((sum, { at }) => sum + to - at, 0) / 1_000);
    return { numerator: age, denominator: n, n, value: n === 0 ? null : Math.round(age / n) };
  }
  const booked = all.filter(({ at }) => at >= from && at < to);
  const cases = booked.filter(
    ({ voter, counts = true }, i) =>
      counts && (voter === undefined || !booked.slice(i + 1).some((later) => later.voter === voter)),
  );
  const n = cases.length;
  const sum = (of: (one: NaiveCase) => number) => cases.reduce((total, one) => total + of(one), 0);
  if (kind.unit === 'money') {
    const mixed = new Set(cases.map(({ by }) => by!['currency'])).size !== 1;
    return { numerator: n, denominator: n, n, value: mixed ? null : sum(({ value }) => value!) / 100 };
  }
  if (kind.spread !== undefined) {
    const sorted = cases.map(({ value }) => value!).sort((a, b) => a - b);
    return { numerator: n, denominator: n, n, value: n === 0 ? null : sorted[Math.ceil(n / 2) - 1]! / 1_000 };
  }
  if (cases.some(({ whole }) => whole !== undefined)) {
    const [part, whole] = [sum((one) => one.part!), sum((one) => one.whole!)];
    return { numerator: part, denominator: whole, n, value: part / whole };
  }
  if (kind.unit === 'count') return { numerator: n, denominator: n, n, value: n };
  const per = kind.unit === 'seconds' ? 1_000 : kind.unit === 'score' ? 1_000_000 : 1;
  const numerator = sum(({ hit, value }) => (value === undefined ? Number(hit) : value)) / per;
  return { numerator, denominator: n, n, value: n === 0 ? null : numerator / n };
}

/** Every figure of an answer is what the cases say; grouped ones for the cases with their values. */
function compare(measure: Measure, answer: MeasureAnswer, naive: NaiveMeasures): void {
  const cases = naive.casesOf(measure.name)!;
  const check = (
    figure: MeasureAnswer['total'] | MeasureAnswer['items'][number],
    some = cases,
    from = answer.from,
    to = answer.to,
  ) => {
    const { numerator, denominator, n, value } = expected(measure, some, Date.parse(from), Date.parse(to));
    const what = `${measure.name} ${from}`;
    expect([what, figure.n, figure.denominator]).toEqual([what, n, denominator]);
    expect(figure.numerator).toBeCloseTo(numerator, 5);
    if (figure.tooFew) expect(n).toBeLessThan(measure.kind.minimum);
    else if (value === null) expect([what, figure.value]).toEqual([what, null]);
    else expect(figure.value).toBeCloseTo(value, 5);
  };
  check(answer.total);
  for (const item of answer.items) {
    const some = cases.filter(({ by }) =>
      Object.entries(item.by ?? {}).every(([name, value]) => by?.[name] === value),
    );
    check(item, some, item.from, item.to);
  }
  if (measure.stock === undefined && measure.replacedAt === undefined)
    expect(answer.items.reduce((sum, { n }) => sum + n, 0)).toBe(answer.total.n);
}

/** The dimension by which the naive cases of a measure are known, too. */
function groupedBy({ dimensions, table }: Measure): string | undefined {
  const known = { contacts: 'channel', issues: 'category', promises: 'kind', surveys: 'survey' } as const;
  if (table.name in known) return known[table.name as keyof typeof known];
  return (['dimension', 'currency'] as const).find((name) => name in dimensions);
}

async function checkAll(events: readonly TestEvent[], now: number, question: Partial<MeasureQuestion>) {
  const { query } = await TestLedger.of(events, now);
  const asOf = question.asOf === undefined ? now : Date.parse(question.asOf);
  const customers = new NaiveMeasures(events, asOf).customers;
  const bands = new Map<string, string>();
  for (const customer of customers) {
    const risk = await QUERIES.view(query, { tenant, customer, view: 'churn-risk', asOf: question.asOf });
    bands.set(customer, String(risk['band']));
  }
  const naive = new NaiveMeasures(events, asOf, bands);
  for (const measure of MEASURES) {
    const by = groupedBy(measure);
    const asked = { tenant, measure: measure.name, ...question };
    compare(measure, await measureOverTime(query, asked), naive);
    if (by !== undefined) compare(measure, await measureOverTime(query, { ...asked, by }), naive);
  }
  return query;
}

/** The rows behind the total of each measure are as many as it says. */
async function checkRows(query: Parameters<typeof measureRows>[0], question: Partial<MeasureQuestion>) {
  for (const { name } of MEASURES) {
    const { total } = await measureOverTime(query, { tenant, measure: name, ...question });
    const linked = Object.fromEntries(new URLSearchParams(total.rows.split('?')[1]));
    const asked = { tenant, measure: name, count: 'exact' as const, ...linked };
    expect([name, (await measureRows(query, asked)).total]).toEqual([name, total.n]);
    const { kind } = MEASURES.find((measure) => measure.name === name)!;
    if (kind.numerator === undefined) continue;
    const counted = await measureRows(query, { ...asked, part: 'numerator' });
    expect([name, counted.total]).toEqual([name, total.numerator]);
  }
}

describe('12.3: every measure is what the raw events say', () => {
  it('is known to the naive recomputation', () => {
    const naive = new NaiveMeasures([], 0);
    expect(MEASURES.filter(({ name }) => naive.casesOf(name) === undefined).map(({ name }) => name)).toEqual(
      [],
    );
  });

  it('in histories with late and retracted events, merges and unmerges, as of now and of the past', async () => {
    const from = new Date(MEASURED_FROM).toISOString();
    const to = new Date(MEASURED_FROM + MEASURED_DAYS * DAY).toISOString();
    await fc.assert(
      fc.asyncProperty(
        measuredHistories(60),
        fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York'),
        fc.constantFrom('day', 'week', 'month', undefined),
        fc.option(fc.integer({ min: 1, max: MEASURED_DAYS }), { nil: undefined }),
        async (events, tz, bucket, past) => {
          const asOf = past === undefined ? {} : { asOf: new Date(MEASURED_FROM + past * DAY).toISOString() };
          const now = MEASURED_FROM + (MEASURED_DAYS + 1) * DAY;
          const query = await checkAll(events, now, { from, to, tz, bucket, ...asOf });
          await checkRows(query, { from, to, ...asOf });
        },
      ),
      { numRuns: RUNS },
    );
  }, 60_000);

  it('in the incident log, by month', async () => {
    const period = { from: '2016-02-01', to: '2017-03-01', bucket: 'month' } as const;
    const query = await checkAll(incidents(), Date.parse('2017-03-01T00:00:00Z'), period);
    await checkRows(query, period);
    const figure = async (measure: string) =>
      (await measureOverTime(query, { tenant, measure, ...period })).total;
    // The log carries these itself: 890 incidents, 391 handed on, 10 reopened, 395 late by its own account.
    expect((await figure('issues-created')).value).toBe(890);
    expect((await figure('issue-transfer-rate')).numerator).toBe(391);
    expect((await figure('reopen-rate')).numerator).toBe(10);
    expect((await figure('breach-reported-rate')).numerator).toBe(395);
    expect((await figure('backlog')).value).toBe(0);
  }, 60_000);

  it('in the purchases of CDNOW, by month', async () => {
    const period = { from: '1997-01-01', to: '1998-07-01', bucket: 'month' } as const;
    await checkAll(purchases(), Date.parse('1998-07-01T00:00:00Z'), period);
  }, 60_000);
});
