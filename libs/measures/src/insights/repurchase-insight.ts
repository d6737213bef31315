import { formatTime } from '#event-sourcing';
import { DAY, round6 } from '#scoring';
import {
  answersTable,
  purchasesTable,
  type QueryContext,
  schema,
  tableFrame,
  type TablesMoment,
  type TypeOf,
  withTables,
} from '#views';
import { periodOf } from '../time/period.js';
import { allRows } from './all-rows.js';
import type { Insight, InsightQuestion } from './insight.js';
import { CUSTOMERS_A_LEVEL, type Outcome, repurchaseCurve } from './repurchase-curve.js';

const { count, flag, list, marker, nullable, number, object, oneOf, text, time } = schema;

/** Surveys that ask how satisfied a customer is as a whole. */
export const SATISFACTION_SURVEYS = ['csat', 'nps', 'ces'] as const;
type SatisfactionSurvey = (typeof SATISFACTION_SURVEYS)[number];

export interface RepurchaseQuestion extends InsightQuestion {
  /** Default csat. */
  readonly survey?: SatisfactionSurvey;
  /** Within how many days after the answer a purchase counts; default 91. */
  readonly days?: number;
}

const interval = object({ low: number(), high: number() }, 'of 95 %');

const answerSchema = object({
  ...tableFrame,
  from: time(),
  to: time('exclusive'),
  tz: text(),
  survey: oneOf(SATISFACTION_SURVEYS),
  days: count('a purchase within these days after the answer counts'),
  customers: count('who answered, each with the latest answer whose days have passed'),
  open: count('answers whose days have not passed yet: they are left out'),
  tooFew: marker(`present where fewer than three levels have ${CUSTOMERS_A_LEVEL} customers`),
  items: list(
    object({
      level: number('the score, rounded to a whole number'),
      n: count('customers'),
      bought: count('of them, who bought again'),
      share: number(),
      interval,
      fitted: nullable(number(`on the curve that never falls; null below ${CUSTOMERS_A_LEVEL} customers`)),
    }),
    'one for each level of satisfaction, the lowest first',
  ),
  knee: nullable(
    object(
      {
        level: number(),
        riseBefore: number('by how much the share rises per level up to the knee'),
        riseAfter: number('and beyond it'),
        difference: number('of the two'),
        interval,
        isClear: flag(
          'chance would bring it about, at any of the levels tried, in less than one case of twenty',
        ),
      },
      'from which level on more satisfaction brings less; null where the curve has no knee, or too few customers',
    ),
  ),
});

/** The repurchase curve over satisfaction, with its knee. */
export const repurchaseInsight: Insight<RepurchaseQuestion, TypeOf<typeof answerSchema>> = {
  name: 'repurchase',
  summary:
    'The share of customers who bought again by how satisfied they were, and the level from which on more brings less',
  method:
    'Each customer’s latest answer of the period whose days have passed; shares with Wilson’s interval; a curve that never falls by isotonic regression (Ayer et al. 1955); its knee by the greatest height above the straight line (Satopää et al. 2011), clear by the difference of the rises before and after it',
  caution:
    'Who answers is not who was asked, and customers who buy often answer more often: the curve shows what went together, not what satisfaction brought about.',
  schema: answerSchema,
  answer: repurchaseAnswer,
};

function repurchaseAnswer(query: QueryContext, question: RepurchaseQuestion) {
  const { survey = 'csat', days = 91, tz = 'UTC' } = question;
  return withTables(query, question, async (moment) => {
    const period = periodOf(question, moment.context.asOf);
    const votes = await votesOf(query, moment, period, { survey, days });
    const { points, knee, tooFew } = repurchaseCurve(votes.outcomes);
    const tables = [moment.rowsOf(answersTable), moment.rowsOf(purchasesTable)];
    return {
      ...moment.frameOf(...(await Promise.all(tables))),
      ...{ from: formatTime(period.from), to: formatTime(period.to), tz, survey, days },
      ...{ customers: votes.outcomes.length, open: votes.open },
      ...(tooFew && { tooFew: true as const }),
      items: points.map((point) => ({
        ...point,
        share: round6(point.share),
        interval: roundedInterval(point.interval),
        fitted: point.fitted === null ? null : round6(point.fitted),
      })),
      knee: knee && {
        ...knee,
        riseBefore: round6(knee.riseBefore),
        riseAfter: round6(knee.riseAfter),
        difference: round6(knee.difference),
        interval: roundedInterval(knee.interval),
      },
    };
  });
}

interface Votes {
  readonly outcomes: readonly Outcome[];
  readonly open: number;
}

/** One vote a customer: the latest answer of the period whose days have passed, and whether a purchase followed. */
async function votesOf(
  query: QueryContext,
  moment: TablesMoment,
  { from, to }: { readonly from: number; readonly to: number },
  { survey, days }: { readonly survey: SatisfactionSurvey; readonly days: number },
): Promise<Votes> {
  const answers = await allRows(query, await moment.rowsOf(answersTable), 'givenAt', [
    { column: 'survey', is: '=', value: survey },
    { column: 'replaced', is: '=', value: 0 },
    { column: 'givenAt', is: '>=', value: from },
    { column: 'givenAt', is: '<', value: to },
  ]);
  const bought = await allRows(query, await moment.rowsOf(purchasesTable), 'bookedAt', [
    { column: 'kind', is: '=', value: 'purchase' },
    { column: 'bookedAt', is: '>', value: from },
    { column: 'bookedAt', is: '<', value: to + days * DAY },
  ]);
  const latest = new Map<string, { readonly at: number; readonly level: number }>();
  let open = 0;
  for (const { customer, columns } of answers) {
    const at = columns['givenAt'] as number;
    if (at + days * DAY > moment.context.asOf) open += 1;
    else latest.set(customer, { at, level: Math.round(columns['score'] as number) });
  }
  const buyers = new Set<string>();
  for (const { customer, columns } of bought) {
    const at = columns['bookedAt'] as number;
    const answer = latest.get(customer);
    if (answer !== undefined && at > answer.at && at <= answer.at + days * DAY) buyers.add(customer);
  }
  return {
    open,
    outcomes: [...latest].map(([customer, { level }]) => ({ level, bought: buyers.has(customer) })),
  };
}

function roundedInterval({ low, high }: { readonly low: number; readonly high: number }) {
  return { low: round6(low), high: round6(high) };
}
