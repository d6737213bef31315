import { formatTime } from '#event-sourcing';
import { type Interval, isEasy, isPromoter, isSatisfied, round6, type ScoringPolicy } from '#scoring';
import {
  answersTable,
  type FoundRow,
  type QueryContext,
  schema,
  tableFrame,
  type TypeOf,
  withTables,
} from '#views';
import { periodOf } from '../time/period.js';
import { allRows } from './all-rows.js';
import type { Insight, InsightQuestion } from './insight.js';
import { type Placed, type Standing, standingOf } from './standing.js';

const { count, list, marker, nullable, number, object, text, time } = schema;

/** Below this number of customers only the numbers are given. */
const CUSTOMERS_AT_LEAST = 20;

const interval = object({ low: number(), high: number() }, 'of 95 %');
const figures = {
  n: count('customers, each with the latest answer of the period that ranks companies'),
  first: count('of them, who place the company first'),
  tooFew: marker(`present below ${CUSTOMERS_AT_LEAST} customers`),
  firstShare: nullable(object({ share: number(), interval })),
  wallet: nullable(
    object(
      { share: number(), interval: nullable(interval) },
      'mean share of what customers spend on such things, by the wallet allocation rule',
    ),
  ),
  satisfiedElsewhere: nullable(
    object({
      n: count('satisfied customers'),
      share: number('of them, who place another company first'),
      interval,
    }),
  ),
} as const;

const answerSchema = object({
  ...tableFrame,
  from: time(),
  to: time('exclusive'),
  tz: text(),
  ...figures,
  items: list(
    object({ among: count('companies ranked, this one included'), ...figures }),
    'by how many companies the customers ranked',
  ),
});

/** Relative standing where customers ranked the company among its rivals. */
export const standingInsight: Insight<InsightQuestion, TypeOf<typeof answerSchema>> = {
  name: 'standing',
  summary:
    'Which place customers give the company among those that they use, and who is satisfied and yet prefers another',
  method:
    'Each customer’s latest answer of the period with `rank` and `rankedAmong`; shares with Wilson’s interval; share of spending by the wallet allocation rule (Keiningham et al. 2011), its mean with the interval of Student’s t',
  caution:
    'The rule was found across companies: it says what a place is worth on average, not what these customers spend. Who was not asked to rank is not in it.',
  schema: answerSchema,
  answer: standingAnswer,
};

function standingAnswer(query: QueryContext, question: InsightQuestion) {
  return withTables(query, question, async (moment) => {
    const { asOf, policy } = moment.context;
    const { from, to } = periodOf(question, asOf);
    const rows = await moment.rowsOf(answersTable);
    const answers = await allRows(query, rows, 'givenAt', [
      { column: 'rank', is: 'not-null' },
      { column: 'replaced', is: '=', value: 0 },
      { column: 'givenAt', is: '>=', value: from },
      { column: 'givenAt', is: '<', value: to },
    ]);
    const latest = new Map(answers.map((row) => [row.customer, placedOf(row, policy)]));
    const placed = [...latest.values()];
    const numbers = [...new Set(placed.map(({ among }) => among))].sort((a, b) => a - b);
    return {
      ...moment.frameOf(rows),
      ...{ from: formatTime(from), to: formatTime(to), tz: question.tz ?? 'UTC' },
      ...published(standingOf(placed)),
      items: numbers.map((among) => ({
        among,
        ...published(standingOf(placed.filter((one) => one.among === among))),
      })),
    };
  });
}

function placedOf({ columns }: FoundRow, policy: ScoringPolicy): Placed {
  const [survey, score] = [columns['survey'], columns['score'] as number];
  const satisfied =
    survey === 'csat' ? isSatisfied(score) : survey === 'nps' ? isPromoter(score) : isEasy(score, policy);
  return {
    rank: columns['rank'] as number,
    among: columns['rankedAmong'] as number,
    isSatisfied: satisfied,
  };
}

function published({ n, first, firstShare, wallet, satisfiedElsewhere }: Standing) {
  if (n < CUSTOMERS_AT_LEAST)
    return { n, first, tooFew: true as const, firstShare: null, wallet: null, satisfiedElsewhere: null };
  return {
    ...{ n, first },
    firstShare: firstShare && { share: round6(firstShare.share), interval: rounded(firstShare) },
    wallet: wallet && { share: round6(wallet.share), interval: wallet.interval && rounded(wallet.interval) },
    satisfiedElsewhere: satisfiedElsewhere && {
      n: satisfiedElsewhere.n,
      share: round6(satisfiedElsewhere.share),
      interval: rounded(satisfiedElsewhere),
    },
  };
}

function rounded({ low, high }: Interval) {
  return { low: round6(low), high: round6(high) };
}
