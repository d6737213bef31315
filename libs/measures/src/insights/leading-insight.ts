import { formatTime, InvalidInput } from '#event-sourcing';
import { round6 } from '#scoring';
import { type QueryContext, schema, tableFrame, type TypeOf, withTables } from '#views';
import { MEASURES } from '../catalogue.js';
import type { Measure } from '../measure.js';
import { frameOf, measureAt } from '../queries/measure.js';
import { measureOf } from '../queries/measure-question.js';
import { BUCKETS, type Bucket } from '../time/buckets.js';
import { periodOf } from '../time/period.js';
import type { Insight, InsightQuestion } from './insight.js';
import { changesOf, laggedCorrelations, type Series } from './leading.js';

const { count, flag, list, marker, nullable, number, object, oneOf, text, time } = schema;

export const SERIES_OF = ['levels', 'changes'] as const;

export interface LeadingQuestion extends InsightQuestion {
  /** Default: week. */
  readonly bucket?: Bucket;
  /** How many buckets a leading measure may be ahead; default 8. */
  readonly lags?: number;
  /** Names of measures with commas between; default: all that lead, and all that tell. */
  readonly leading?: string;
  readonly lagging?: string;
  /** Whether the values are compared, or how they change from bucket to bucket; default levels. */
  readonly of?: (typeof SERIES_OF)[number];
}

/** Pairs of measures that an answer shows. */
const SHOWN_AT_MOST = 100;
const YEAR = 365 * 86_400_000;

const answerSchema = object({
  ...tableFrame,
  from: time(),
  to: time('exclusive'),
  tz: text(),
  bucket: oneOf(BUCKETS),
  lags: count('buckets by which the one measure may be ahead of the other'),
  of: oneOf(SERIES_OF),
  comparisons: count('correlations worked out: the more, the more of them are large by chance'),
  pairsTooFew: count('pairs of measures with fewer than ten buckets in common, or that hardly vary'),
  tooFew: marker('present where no pair has enough buckets: ask for a longer period or shorter buckets'),
  items: list(
    object({
      leading: text(),
      lagging: text(),
      lag: count(
        'buckets by which the leading one is earlier: of all lags the one with the strongest evidence',
      ),
      rho: number('Spearman’s rank correlation, −1 to 1'),
      interval: object({ low: number(), high: number() }, 'of 95 %, of this one comparison'),
      n: count('buckets that both have'),
      independent: number('independent ones that say as much: neighbours in time are alike'),
      sameTime: nullable(number('the correlation without a lag')),
      isClear: flag(
        'chance alone would give a correlation this strong, among all comparisons made, in less than one case of twenty',
      ),
    }),
    'one for each pair of measures, the clear ones first, then the strongest; at most 100',
  ),
});

/** Which leading measure moved ahead of which lagging one. */
export const leadingInsight: Insight<LeadingQuestion, TypeOf<typeof answerSchema>> = {
  name: 'leading',
  summary: 'Which leading measures moved ahead of which lagging ones, by how many buckets',
  method:
    'Spearman’s rank correlation of the one with the other some buckets later; interval by Bonett & Wright (2000) with independent buckets counted as Bartlett (1935) does; Bonferroni’s correction over all pairs and lags decides what is clear',
  caution:
    'Moving ahead is no cause: a season or a campaign can move both. Series that both rise for years are correlated whatever they measure: ask again with of=changes.',
  schema: answerSchema,
  answer: leadingAnswer,
};

async function leadingAnswer(query: QueryContext, question: LeadingQuestion) {
  const { bucket = 'week', lags = 8, of = 'levels', tenant, tz = 'UTC' } = question;
  const measures = [
    measuresOf('leading', question.leading, true),
    measuresOf('lagging', question.lagging, false),
  ] as const;
  return withTables(query, question, async (moment) => {
    const { to } = periodOf(question, moment.context.asOf);
    const { from } =
      question.from === undefined ? { from: to - YEAR } : periodOf(question, moment.context.asOf);
    const asked = { tenant, tz, bucket, from: formatTime(from), to: formatTime(to) };
    const series = new Map<string, Series>();
    for (const { name } of measures.flat()) {
      await query.yieldTurn();
      const { items } = await measureAt(moment, { ...asked, measure: name });
      const one = { name, values: items.map(({ value }) => value) };
      series.set(name, of === 'changes' ? changesOf(one) : one);
    }
    const [leading, lagging] = measures.map((some) => some.map(({ name }) => series.get(name)!));
    const { found, comparisons, tooFew } = laggedCorrelations(leading!, lagging!, lags);
    return {
      ...(await frameOf(moment, measures.flat())),
      ...{ from: asked.from, to: asked.to, tz, bucket, lags, of, comparisons, pairsTooFew: tooFew },
      ...(found.length === 0 && { tooFew: true as const }),
      items: found.slice(0, SHOWN_AT_MOST).map(({ z: _, ...one }) => ({
        ...one,
        rho: round6(one.rho),
        interval: { low: round6(one.interval.low), high: round6(one.interval.high) },
        independent: round6(one.independent),
        sameTime: one.sameTime === null ? null : round6(one.sameTime),
      })),
    };
  });
}

/** The measures named, or all of one kind. Throws `invalid-question`, and `unknown-measure` with the nearest name. */
function measuresOf(field: string, names: string | undefined, leads: boolean): readonly Measure[] {
  if (names === undefined) return MEASURES.filter((measure) => measure.leads === leads);
  return [...new Set(names.split(','))].map((name) => {
    const measure = measureOf(name);
    if (measure.leads === leads) return measure;
    const detail = `must name ${leads ? 'leading' : 'lagging'} measures, and ${name} is none`;
    throw new InvalidInput('invalid-question', `${field}: ${detail}`, [{ pointer: `/${field}`, detail }]);
  });
}
