import type { Survey } from '#journey';
import { answersTable, type ListCondition, surveysTable } from '#views';
import { difference } from '../kinds/difference.js';
import { mean } from '../kinds/mean.js';
import { share } from '../kinds/share.js';
import type { Measure } from '../measure.js';

/** The dimensions of measures over answers and surveys. */
const ANSWER_DIMENSIONS = {
  channel: 'channel',
  queue: 'queue',
  team: 'team',
  agent: 'agentId',
  category: 'category',
  segment: 'segment',
} as const;

/** Answers, each counted when it was given; of one person's answers to a kind of survey the latest in a bucket. */
const LATEST_ANSWERS = {
  bookedAt: 'when the answer was given; of several answers of one person in a bucket the latest counts',
  dimensions: ANSWER_DIMENSIONS,
  table: answersTable,
  time: 'givenAt',
  replacedAt: 'nextGivenAt',
} as const satisfies Partial<Measure>;

/** The answers to one kind of survey that no later answer to the same survey has replaced. */
function answersTo(survey: Survey): readonly ListCondition[] {
  return [
    { column: 'survey', is: '=', value: survey },
    { column: 'replaced', is: '=', value: 0 },
  ];
}

export const FEEDBACK_MEASURES: readonly Measure[] = [
  {
    ...LATEST_ANSWERS,
    name: 'csat',
    summary: 'The share of satisfied answers: 4 and 5 of 5',
    formula: 'answers of 4 or 5 ÷ answers; a later answer to the same survey replaces the earlier one',
    events: ['FeedbackGiven'],
    numerator: 'satisfied answers',
    denominator: 'answers of 1 to 5',
    better: 'more',
    leads: false,
    where: answersTo('csat'),
    kind: share([{ column: 'scoreMillionths', is: '>=', value: 4_000_000 }]),
  },
  {
    ...LATEST_ANSWERS,
    name: 'nps',
    summary: 'Net promoter score: the share of 9s and 10s less the share of 0 to 6',
    formula: '(promoters − detractors) ÷ answers, −1 to 1',
    events: ['FeedbackGiven'],
    numerator: 'promoters less detractors',
    denominator: 'answers of 0 to 10',
    better: 'more',
    leads: false,
    where: answersTo('nps'),
    kind: difference(
      [{ column: 'scoreMillionths', is: '>=', value: 9_000_000 }],
      [{ column: 'scoreMillionths', is: '<=', value: 6_000_000 }],
    ),
  },
  {
    ...LATEST_ANSWERS,
    name: 'ces',
    summary: 'The share of answers that call it easy: 5 to 7 of 7 unless the scoring policy says otherwise',
    formula: 'answers from the policy’s limit on ÷ answers',
    events: ['FeedbackGiven'],
    numerator: 'answers that call it easy',
    denominator: 'answers of 1 to 7',
    better: 'more',
    leads: false,
    where: answersTo('ces'),
    kind: share(easyFrom(5)),
    depends: ({ policy }) => ({ kind: share(easyFrom(policy.cesAgreesFrom)) }),
  },
  {
    ...LATEST_ANSWERS,
    name: 'ces-mean',
    summary: 'The customer effort score on average, 1 to 7 (7 is easy)',
    formula: 'Σ answers ÷ answers',
    events: ['FeedbackGiven'],
    numerator: 'scores together',
    denominator: 'answers of 1 to 7',
    better: 'more',
    leads: false,
    where: answersTo('ces'),
    kind: mean('scoreMillionths', 'score'),
  },
  {
    ...LATEST_ANSWERS,
    name: 'disconfirmation',
    summary: 'How much better or worse it was than expected, on the scale 1 to 7, on average',
    formula: 'Σ (perceived − expected) ÷ answers whose expectation is known',
    events: ['FeedbackGiven', 'NeedsIdentified'],
    numerator: 'perceived less expected together',
    denominator: 'answers whose expectation is known',
    better: 'more',
    leads: false,
    dimensions: { ...ANSWER_DIMENSIONS, survey: 'survey' },
    where: [
      { column: 'replaced', is: '=', value: 0 },
      { column: 'disconfirmationMillionths', is: 'not-null' },
    ],
    kind: mean('disconfirmationMillionths', 'score'),
  },
  {
    ...LATEST_ANSWERS,
    name: 'rater',
    summary:
      'Rated quality of service, 1 to 7, by the dimensions reliability, assurance, tangibles, empathy and responsiveness',
    formula: 'Σ ratings ÷ ratings',
    events: ['FeedbackGiven'],
    numerator: 'ratings together',
    denominator: 'ratings',
    better: 'more',
    leads: false,
    dimensions: { ...ANSWER_DIMENSIONS, dimension: 'dimension' },
    where: answersTo('rater'),
    kind: mean('scoreMillionths', 'score'),
  },
  {
    ...LATEST_ANSWERS,
    name: 'rater-gap',
    summary:
      'The gap between rated and expected quality (SERVQUAL), by dimension: negative is worse than expected',
    formula: 'Σ (rating − expectation) ÷ ratings whose expectation is known',
    events: ['FeedbackGiven', 'NeedsIdentified'],
    numerator: 'gaps together',
    denominator: 'ratings whose expectation is known',
    better: 'more',
    leads: false,
    dimensions: { ...ANSWER_DIMENSIONS, dimension: 'dimension' },
    where: [...answersTo('rater'), { column: 'disconfirmationMillionths', is: 'not-null' }],
    kind: mean('disconfirmationMillionths', 'score'),
  },
  {
    name: 'detractor-recovery',
    summary: 'The share of detractors (0 to 6) whose next answer was no longer one',
    formula: 'detractors whose next recommendation was 7 or more ÷ detractors',
    events: ['FeedbackGiven'],
    numerator: 'detractors whose next answer was 7 or more',
    denominator: 'answers of 0 to 6; those without a next answer count as not recovered',
    bookedAt: 'when the detractor’s answer was given',
    better: 'more',
    leads: false,
    dimensions: ANSWER_DIMENSIONS,
    table: answersTable,
    time: 'givenAt',
    where: [...answersTo('nps'), { column: 'scoreMillionths', is: '<=', value: 6_000_000 }],
    kind: share([{ column: 'nextScoreMillionths', is: '>=', value: 7_000_000 }]),
  },
  {
    name: 'survey-response-rate',
    summary: 'The share of surveys that were answered',
    formula: 'surveys answered ÷ surveys sent; a reminder is no other survey',
    events: ['SurveySent', 'FeedbackGiven'],
    numerator: 'surveys with an answer',
    denominator: 'surveys sent',
    bookedAt: 'when the survey was sent first',
    better: 'more',
    leads: false,
    dimensions: { ...ANSWER_DIMENSIONS, survey: 'survey' },
    table: surveysTable,
    time: 'sentAt',
    kind: share([{ column: 'answeredAt', is: 'not-null' }]),
  },
];

function easyFrom(score: number): readonly ListCondition[] {
  return [{ column: 'scoreMillionths', is: '>=', value: score * 1_000_000 }];
}
