import { SCALES } from '#journey';
import { columns, defineTable, flagOf, inMillionths, keyOf } from '../define-table.js';

const { count, flag, millionths, number, text, time } = columns;

/** One row for each answer to a survey, replaced ones included. */
export const answersTable = defineTable({
  name: 'answers',
  version: 3,
  means:
    'One row for each answer to a survey. A later answer to the same survey (and the same dimension) replaces the earlier one; answers without a surveyId each count.',
  columns: {
    answerId: text('the id of its event'),
    publishedTo: text('the customer that it was published to, before any merge'),
    survey: text('csat, nps, ces or rater'),
    surveyId: text('the survey that it answers; null where none was named'),
    dimension: text('of a rater answer: reliability, assurance, tangibles, empathy or responsiveness'),
    score: number('on the scale of its survey'),
    scoreMillionths: millionths('the score times a million'),
    scaleMin: number('the lowest score of the scale'),
    scaleMax: number('the highest score of the scale'),
    perceivedMillionths: millionths('the score on the scale 1 to 7, times a million; null for nps'),
    expectedMillionths: millionths(
      'what the customer expected (1 to 7), as said with the answer, else with the need; times a million; null where it was never said, and for nps',
    ),
    disconfirmationMillionths: millionths(
      'perceived less expected, times a million; null where nothing was expected',
    ),
    sentimentMillionths: millionths('of the answer, −1 to 1, times a million'),
    contactId: text('the contact that it is about'),
    issueId: text('the issue that it is about'),
    agentId: text('as the answer says, else the person who had greeted the customer last in that contact'),
    channel: text('of that contact, as known when the answer was given'),
    queue: text('of that contact'),
    team: text('of that contact, else of that issue'),
    category: text('of that issue, else of that contact'),
    segment: text('the segment of the customer when it was given'),
    givenAt: time('when it was given'),
    replaced: flag('a later answer to the same survey has taken its place: measures leave it out'),
    replacedAt: time('when that one was given'),
    nextGivenAt: time(
      'when the person answered a survey of that kind (and dimension) next: of several answers in one period the last counts',
    ),
    nextScoreMillionths: millionths('the score of that answer, times a million'),
    rank: count('the place among the companies that the customer uses, 1 is the best; null: not asked'),
    rankedAmong: count('how many companies the customer ranked, this one included'),
  },
  times: ['givenAt'],
  things: ({ feedback }) => feedback.answers,
  key: ({ eventId, customer }) => keyOf(eventId, customer),
  row: (answer) => {
    const { about, perceived, expected, replacedAt } = answer;
    const disconfirmation = perceived === null || expected === null ? null : perceived - expected;
    const [scaleMin, scaleMax] = SCALES[answer.survey];
    return {
      answerId: answer.eventId,
      publishedTo: answer.customer,
      survey: answer.survey,
      surveyId: answer.surveyId,
      dimension: answer.dimension ?? null,
      score: answer.score,
      scoreMillionths: inMillionths(answer.score),
      scaleMin,
      scaleMax,
      perceivedMillionths: inMillionths(perceived),
      expectedMillionths: inMillionths(expected),
      disconfirmationMillionths: inMillionths(disconfirmation),
      sentimentMillionths: inMillionths(answer.sentiment),
      contactId: about.contactId,
      issueId: about.issueId,
      agentId: answer.agentId,
      channel: about.channel,
      queue: about.queue,
      team: about.team,
      category: about.category,
      segment: about.segment,
      givenAt: answer.givenAt,
      replaced: flagOf(replacedAt !== undefined),
      replacedAt: replacedAt ?? null,
      nextGivenAt: answer.next?.givenAt ?? null,
      nextScoreMillionths: inMillionths(answer.next?.score ?? null),
      rank: answer.rank,
      rankedAmong: answer.rankedAmong,
    };
  },
});
