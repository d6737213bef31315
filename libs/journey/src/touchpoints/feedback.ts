import { FactField, Personal, Touchpoint } from '../declare.js';
import { Id, OneOf, Optional, Sentiment, SevenPoints, Text, Where } from '../fields.js';
import { STEP } from '../steps.js';
import { DIMENSIONS, SURVEYS, type Dimension, type Survey } from '../words.js';

/** The customer was asked for an opinion: the denominator of every response rate. */
@Touchpoint({ name: 'SurveySent', version: 1, step: STEP.SurveySent })
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

function scoreMust(object: object): string {
  const scale = scaleOf(object);
  if (scale === undefined) return 'be a number on the scale of its survey';
  const { survey } = object as { survey: Survey };
  return `be a ${survey === 'nps' ? 'whole ' : ''}number from ${scale[0]} to ${scale[1]}, the scale of ${survey}`;
}

/** The customer says how it was. */
@Touchpoint({ name: 'FeedbackGiven', version: 1, step: STEP.FeedbackGiven })
export class FeedbackGiven {
  @FactField() @OneOf(SURVEYS) readonly survey!: Survey;
  /** csat 1–5, nps 0–10, ces 1–7 (7 = easy), rater 1–7, as given. */
  @FactField()
  @Where('isScore', ({ object }) => scoreMust(object), isScore)
  readonly score!: number;
  @FactField() @Optional() @Id() readonly surveyId?: string | null;
  /** Which dimension of quality a `rater` answer rates. */
  @FactField() @Optional() @OneOf(DIMENSIONS) readonly dimension?: Dimension | null;
  /** What had been expected, 1–7. */
  @FactField() @Optional() @SevenPoints() readonly expectation?: number | null;
  @FactField() @Optional() @Id() readonly contactId?: string | null;
  @FactField() @Optional() @Id() readonly issueId?: string | null;
  @FactField() @Optional() @Id() readonly agentId?: string | null;
  @Personal() @Optional() @Text() readonly comment?: string | null;
  @FactField() @Optional() @Sentiment() readonly sentiment?: number | null;
}
