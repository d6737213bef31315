import { FactField, Means, Personal, Touchpoint } from '../declare.js';
import { Id, OneOf, Optional, Sentiment, SevenPoints, Text, Where, Whole } from '../fields.js';
import { STEP } from '../steps.js';
import { DIMENSIONS, SURVEYS, type Dimension, type Survey } from '../words.js';

@Touchpoint({
  name: 'SurveySent',
  version: 1,
  step: STEP.SurveySent,
  means: 'The customer was asked for an opinion. Response rates count these.',
})
export class SurveySent {
  @FactField() @Id() readonly surveyId!: string;
  @FactField() @OneOf(SURVEYS) readonly survey!: Survey;
  @FactField() @Optional() @Id() readonly contactId?: string | null;
  @FactField() @Optional() @Id() readonly issueId?: string | null;
}

/** The scale of each survey, both ends included. */
export const SCALES: { readonly [survey in Survey]: readonly [number, number] } = {
  csat: [1, 5],
  nps: [0, 10],
  ces: [1, 7],
  rater: [1, 7],
};

function scaleOf(object: object): readonly [number, number] | undefined {
  const survey = (object as { survey?: unknown }).survey;
  return typeof survey === 'string' && Object.hasOwn(SCALES, survey) ? SCALES[survey as Survey] : undefined;
}

/** On the scale of the survey beside it; a recommendation is a whole number. */
function isScore(value: unknown, object: object): boolean {
  if (typeof value !== 'number' || !Number.isFinite(value)) return false;
  const [min, max] = scaleOf(object) ?? [0, 10];
  const survey = (object as { survey?: unknown }).survey;
  return value >= min && value <= max && (survey !== 'nps' || Number.isInteger(value));
}

/** Companies that a customer ranks at most. */
const RANKED_AT_MOST = 100;

function isRank(rank: unknown, object: object): boolean {
  const { rankedAmong } = object as { rankedAmong?: unknown };
  return typeof rankedAmong === 'number' && (rank as number) <= rankedAmong;
}

function scoreMust(object: object): string {
  const scale = scaleOf(object);
  if (scale === undefined) return 'be a number on the scale of its survey';
  const { survey } = object as { survey: Survey };
  return `be a ${survey === 'nps' ? 'whole ' : ''}number from ${scale[0]} to ${scale[1]}, the scale of ${survey}`;
}

@Touchpoint({
  name: 'FeedbackGiven',
  version: 1,
  step: STEP.FeedbackGiven,
  means: 'The customer’s answer to a survey.',
})
export class FeedbackGiven {
  @FactField() @OneOf(SURVEYS) readonly survey!: Survey;
  @Means(
    'The answer on the scale of its survey: `csat` 1 to 5, `nps` 0 to 10 (a whole number), `ces` 1 to 7 (7 is easy), `rater` 1 to 7. Five stars are `csat`; other scales must be converted.',
  )
  @FactField()
  @Where('isScore', ({ object }) => scoreMust(object), isScore)
  readonly score!: number;
  @FactField() @Optional() @Id() readonly surveyId?: string | null;
  @Means('Which dimension of quality a `rater` answer rates.')
  @FactField()
  @Optional()
  @OneOf(DIMENSIONS)
  readonly dimension?: Dimension | null;
  @Means('What had been expected, 1–7.')
  @FactField()
  @Optional()
  @SevenPoints()
  readonly expectation?: number | null;
  @FactField() @Optional() @Id() readonly contactId?: string | null;
  @FactField() @Optional() @Id() readonly issueId?: string | null;
  @FactField() @Optional() @Id() readonly agentId?: string | null;
  @Personal() @Optional() @Text() readonly comment?: string | null;
  @FactField() @Optional() @Sentiment() readonly sentiment?: number | null;
  @Means(
    'Where it was asked: the company’s place among the companies that the customer uses for the same need, 1 is the best. `rankedAmong` says how many they are.',
  )
  @FactField()
  @Optional()
  @Whole(1, RANKED_AT_MOST)
  @Where('isRank', 'not be greater than `rankedAmong`, which must be given with it', isRank)
  readonly rank?: number | null;
  @Means('How many companies were ranked, this one included.')
  @FactField()
  @Optional()
  @Whole(2, RANKED_AT_MOST)
  readonly rankedAmong?: number | null;
}
