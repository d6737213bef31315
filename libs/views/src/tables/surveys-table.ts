import { columns, defineTable, keyOf } from '../define-table.js';

const { text, time } = columns;

/** One row for each survey that was sent: what response rates count. */
export const surveysTable = defineTable({
  name: 'surveys',
  version: 1,
  means: 'One row for each survey that was sent to a customer; a reminder is no other survey.',
  columns: {
    surveyId: text('the id that it was published with'),
    publishedTo: text('the customer that it was published to, before any merge'),
    survey: text('csat, nps, ces or rater'),
    contactId: text('the contact that it asks about'),
    issueId: text('the issue that it asks about'),
    channel: text('of that contact, as known when the survey was sent'),
    queue: text('of that contact'),
    team: text('of that contact, else of that issue'),
    agentId: text('the person who finished that contact'),
    category: text('of that issue, else of that contact'),
    segment: text('the segment of the customer when it was sent'),
    sentAt: time('when it was sent first'),
    answeredAt: time('the first answer with this surveyId; null while there is none'),
  },
  times: ['sentAt'],
  things: ({ feedback }) => feedback.surveys,
  key: ({ survey, surveyId, customer }) => keyOf(`${survey} ${surveyId}`, customer),
  row: ({ customer, surveyId, survey, about, sentAt, answeredAt }) => {
    if (sentAt === undefined || about === undefined) return undefined;
    return {
      surveyId,
      publishedTo: customer,
      survey,
      contactId: about.contactId,
      issueId: about.issueId,
      channel: about.channel,
      queue: about.queue,
      team: about.team,
      agentId: about.agentId,
      category: about.category,
      segment: about.segment,
      sentAt,
      answeredAt: answeredAt ?? null,
    };
  },
});
