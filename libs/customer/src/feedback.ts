import {
  addToMean,
  type CesCounts,
  type CsatCounts,
  type DecayedMean,
  disconfirmationOf,
  type FoldContext,
  isEasy,
  isSatisfied,
  type NpsCounts,
  perceivedOf,
} from '#scoring';
import type { FactsOf } from './facts.js';
import { OwnedMap } from './owned-map.js';

type Answer = FactsOf<'FeedbackGiven'>;

/** The surveys that have a measure of their own. */
type Measured = 'nps' | 'csat' | 'ces';

/** One survey as sent to the customer, and the answer that holds. */
interface SurveyRecord {
  sent: boolean;
  score: number | undefined;
}

/**
 * What the customer answers when asked.
 *
 * Measures (NPS, CSAT, CES) count surveys: a later answer under the same `surveyId` replaces the earlier one, an answer
 * without a `surveyId` is a survey of its own. The response rate is the share of the distinct surveys sent that were
 * answered; a reminder sends no other survey. Attitude and advocacy are no measures but means of what was said over
 * time: there every answer counts when it is given, also one that was replaced later.
 */
export class Feedback {
  /** Satisfaction 0…1 of every answer; undefined before the first that tells it. */
  attitude: DecayedMean | undefined;
  /** Answers that attitude was made of, and those of them without a recorded expectation. */
  readonly ratings = { n: 0, assumed: 0 };
  /** Undefined before the first answer, or survey sent. */
  nps: NpsCounts | undefined;
  csat: CsatCounts | undefined;
  ces: CesCounts | undefined;
  private readonly surveys: { readonly [survey in Measured]: OwnedMap<SurveyRecord> } = {
    nps: new OwnedMap(),
    csat: new OwnedMap(),
    ces: new OwnedMap(),
  };

  get size(): number {
    return this.surveys.nps.size + this.surveys.csat.size + this.surveys.ces.size;
  }

  /** `expected` (1–7): what was expected of what the answer is about; undefined: never said. */
  answered(fact: Answer, expected: number | undefined, context: FoldContext): void {
    const { survey, score } = fact.data;
    if (survey !== 'rater') this.measure(survey, fact, context);
    if (survey === 'nps') return;
    const { policy } = context;
    const { v, expectationAssumed } = disconfirmationOf(perceivedOf(survey, score)!, expected, policy);
    this.attitude = addToMean(this.attitude, fact.occurredAt, v, policy.attitude.halfLifeDays);
    this.ratings.n += 1;
    if (expectationAssumed) this.ratings.assumed += 1;
  }

  /** A survey was sent: the denominator of the response rate. */
  sent({ customer, data }: FactsOf<'SurveySent'>): void {
    if (data.survey !== 'csat') return;
    const survey = this.surveys.csat.of(customer, data.surveyId, newSurvey);
    if (survey.sent) return;
    survey.sent = true;
    const { satisfied, n, sent, answered } = this.csat ?? NO_CSAT;
    this.csat = { satisfied, n, sent: sent + 1, answered: answered + (survey.score === undefined ? 0 : 1) };
  }

  private measure(kind: Measured, { customer, data }: Answer, context: FoldContext): void {
    const { surveyId, score } = data;
    const survey =
      surveyId === undefined ? newSurvey() : this.surveys[kind].of(customer, surveyId, newSurvey);
    const before = survey.score;
    survey.score = score;
    if (before !== undefined) this.count(kind, before, -1, context);
    this.count(kind, score, 1, context);
    if (kind !== 'csat' || before !== undefined || !(survey.sent || surveyId === undefined)) return;
    this.csat = { ...this.csat!, answered: this.csat!.answered + 1 };
  }

  private count(kind: Measured, score: number, sign: 1 | -1, { policy }: FoldContext): void {
    if (kind === 'nps') {
      const { promoters, detractors, n } = this.nps ?? { promoters: 0, detractors: 0, n: 0 };
      this.nps = {
        promoters: promoters + (score >= 9 ? sign : 0),
        detractors: detractors + (score <= 6 ? sign : 0),
        n: n + sign,
      };
    } else if (kind === 'csat') {
      const { satisfied, n, sent, answered } = this.csat ?? NO_CSAT;
      this.csat = { satisfied: satisfied + (isSatisfied(score) ? sign : 0), n: n + sign, sent, answered };
    } else {
      const { easy, sum, n } = this.ces ?? { easy: 0, sum: 0, n: 0 };
      this.ces = { easy: easy + (isEasy(score, policy) ? sign : 0), sum: sum + sign * score, n: n + sign };
    }
  }
}

const NO_CSAT = { satisfied: 0, n: 0, sent: 0, answered: 0 };

const newSurvey = (): SurveyRecord => ({ sent: false, score: undefined });
