import {
  addToMean,
  type CesCounts,
  type CsatCounts,
  type DecayedMean,
  disconfirmationOf,
  type FoldContext,
  isDetractor,
  isEasy,
  isPromoter,
  isSatisfied,
  type NpsCounts,
  perceivedOf,
} from '#scoring';
import type { About } from './about.js';
import type { FactsOf } from './facts.js';
import { Records } from './records.js';
import { type AnswerRecord, SurveyRecord } from './survey-records.js';

type Answer = FactsOf<'FeedbackGiven'>;

/** The surveys that have a measure of their own. */
type Measured = 'nps' | 'csat' | 'ces';

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
  readonly answers = new Records<AnswerRecord>();
  /** Bad answers, as a recommendation or of satisfaction, in the order in which they were given; some were replaced since. */
  readonly bad: AnswerRecord[] = [];
  /** The RATER answers that hold. */
  readonly rater = new Set<AnswerRecord>();
  /** The person's latest answer of each kind and dimension, whoever it was published to. */
  private readonly latest = new Map<string, AnswerRecord>();
  /** Surveys with an id, also those that were only answered (`sentAt` undefined). */
  readonly surveys = new Records<SurveyRecord>();

  /** `expected` (1–7): what was expected of what the answer is about; undefined: never said. */
  answered(fact: Answer, expected: number | undefined, about: About, context: FoldContext): void {
    const { survey, score } = fact.data;
    this.record(fact, expected, about, context);
    if (survey === 'nps') return;
    const { policy } = context;
    const { v, expectationAssumed } = disconfirmationOf(perceivedOf(survey, score)!, expected, policy);
    this.attitude = addToMean(this.attitude, fact.occurredAt, v, policy.attitude.halfLifeDays);
    this.ratings.n += 1;
    if (expectationAssumed) this.ratings.assumed += 1;
  }

  /** A survey was sent: the denominator of the response rate. */
  sent({ customer, occurredAt, data }: FactsOf<'SurveySent'>, about: About): void {
    const survey = this.surveyOf(customer, data.survey, data.surveyId);
    if (survey.sentAt !== undefined) return;
    survey.sentAt = occurredAt;
    survey.about = about;
    if (data.survey !== 'csat') return;
    const { satisfied, n, sent, answered } = this.csat ?? NO_CSAT;
    const wasAnswered = survey.answeredAt === undefined ? 0 : 1;
    this.csat = { satisfied, n, sent: sent + 1, answered: answered + wasAnswered };
  }

  private surveyOf(customer: string, kind: SurveyRecord['survey'], surveyId: string): SurveyRecord {
    const make = () => new SurveyRecord(customer, surveyId, kind);
    return this.surveys.change(customer, `${kind} ${surveyId}`, make);
  }

  private record(fact: Answer, expected: number | undefined, about: About, context: FoldContext): void {
    const { customer, eventId, data } = fact;
    const answer = this.answers.change(customer, eventId, () => answerOf(fact, expected, about));
    const { survey: kind, surveyId, score } = data;
    const survey = surveyId === undefined ? undefined : this.surveyOf(customer, kind, surveyId);
    if ((kind === 'nps' && isDetractor(score)) || (kind === 'csat' && score <= 2)) this.bad.push(answer);
    this.followLatest(answer);
    const before = survey?.answered(answer);
    if (before !== undefined) this.leaveOut(before);
    if (kind === 'rater') return void this.rater.add(answer);
    if (before !== undefined) this.count(kind, before.score, -1, context);
    this.count(kind, score, 1, context);
    const isOfOneSent = survey === undefined || survey.sentAt !== undefined;
    if (kind !== 'csat' || before !== undefined || !isOfOneSent) return;
    this.csat = { ...this.csat!, answered: this.csat!.answered + 1 };
  }

  private followLatest(answer: AnswerRecord): void {
    const kind = `${answer.survey} ${answer.dimension ?? ''}`;
    const latest = this.latest.get(kind);
    this.latest.set(kind, answer);
    answer.previous = latest;
    if (latest !== undefined) this.follow(latest, answer);
  }

  /** A replaced answer holds no more: the one before it is followed by the one after. */
  private leaveOut(answer: AnswerRecord): void {
    const { previous, next } = answer;
    this.answers.touch(answer);
    this.rater.delete(answer);
    if (next !== undefined) next.previous = previous;
    if (previous !== undefined) this.follow(previous, next);
  }

  private follow(answer: AnswerRecord, next: AnswerRecord | undefined): void {
    answer.next = next;
    this.answers.touch(answer);
  }

  private count(kind: Measured, score: number, sign: 1 | -1, { policy }: FoldContext): void {
    if (kind === 'nps') {
      const { promoters, detractors, n } = this.nps ?? { promoters: 0, detractors: 0, n: 0 };
      this.nps = {
        promoters: promoters + (isPromoter(score) ? sign : 0),
        detractors: detractors + (isDetractor(score) ? sign : 0),
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

function answerOf(fact: Answer, expected: number | undefined, about: About): AnswerRecord {
  const { customer, eventId, occurredAt, data } = fact;
  const { survey, surveyId, dimension, score, sentiment, agentId, rank, rankedAmong } = data;
  const perceived = survey === 'nps' ? null : perceivedOf(survey, score)!;
  return {
    changed: false,
    customer,
    eventId,
    survey,
    score,
    perceived,
    about,
    givenAt: occurredAt,
    replacedAt: undefined,
    previous: undefined,
    next: undefined,
    surveyId: surveyId ?? null,
    dimension: dimension ?? null,
    expected: survey === 'nps' ? null : (expected ?? null),
    sentiment: sentiment ?? null,
    rank: rank ?? null,
    rankedAmong: rankedAmong ?? null,
    agentId: agentId ?? about.agentId,
  };
}
