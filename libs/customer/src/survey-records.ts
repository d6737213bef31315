import type { About } from './about.js';
import type { FactsOf } from './facts.js';

/** One answer to a survey. */
export interface AnswerRecord {
  changed: boolean;
  readonly customer: string;
  readonly eventId: string;
  readonly survey: FactsOf<'FeedbackGiven'>['data']['survey'];
  readonly surveyId: string | null;
  readonly dimension: FactsOf<'FeedbackGiven'>['data']['dimension'] | null;
  readonly score: number;
  /** On the scale 1 to 7; null for nps. */
  readonly perceived: number | null;
  /** What was expected (1–7) of what it is about; null: never said, and for nps. */
  readonly expected: number | null;
  readonly sentiment: number | null;
  /** The company’s place among those that the customer uses, and how many they are; null: not asked. */
  readonly rank: number | null;
  readonly rankedAmong: number | null;
  readonly about: About;
  /** As the answer says, else who had greeted the customer last. */
  readonly agentId: string | null;
  /** Milliseconds. */
  readonly givenAt: number;
  /** When a later answer to the same survey took its place, ms. */
  replacedAt: number | undefined;
  /** The person's answers of that kind and dimension before and after it, of those that hold. */
  previous: AnswerRecord | undefined;
  next: AnswerRecord | undefined;
}

/** One survey: as sent to the customer, and the answers that hold. */
export class SurveyRecord {
  changed = false;
  /** When it was sent first, ms; undefined: it was only answered. */
  sentAt: number | undefined;
  about: About | undefined;
  answeredAt: number | undefined;
  /** The latest answer of each dimension ('' without one). */
  private readonly latest = new Map<string, AnswerRecord>();

  constructor(
    readonly customer: string,
    readonly surveyId: string,
    readonly survey: FactsOf<'SurveySent'>['data']['survey'],
  ) {}

  /** Takes over an answer; answers the one that it replaces. */
  answered(answer: AnswerRecord): AnswerRecord | undefined {
    const dimension = answer.dimension ?? '';
    const before = this.latest.get(dimension);
    this.latest.set(dimension, answer);
    this.answeredAt ??= answer.givenAt;
    if (before !== undefined) before.replacedAt = answer.givenAt;
    return before;
  }
}
