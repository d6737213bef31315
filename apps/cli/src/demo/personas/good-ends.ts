import { DAY, HOUR } from '../company.js';
import { Conversation } from '../contact.js';
import type { Story } from '../story.js';
import { raiseIssue } from './troubles.js';

/** Something went wrong, was solved, came back, was solved for good – and the customer says so. */
export function wonBack(story: Story): void {
  const { chance } = story;
  story.introduces(story.daysAgo(340), 'regular');
  const ago = chance.between(30, 120);
  story.buysRegularly(335, 2, chance.between(13, 22));
  const at = story.daysAgo(ago);
  const issueId = raiseIssue(story, at, 'warranty', 'normal');
  const first = new Conversation(story, {
    at: at + 5 * HOUR,
    direction: 'outbound',
    channel: 'email',
    team: 'workshop',
  });
  first.greets().resolves(issueId, 'zip replaced').ends();
  story.add(at + 4 * DAY, 'IssueReopened', { issueId, reason: 'the new zip jams too' });
  const promiseId = story.newId('promise');
  const dueAt = new Date(at + 6 * DAY).toISOString();
  story.add(at + 4 * DAY + HOUR, 'PromiseMade', {
    promiseId,
    kind: 'repair',
    dueAt,
    issueId,
    agentId: 'grete',
  });
  story.add(at + 5 * DAY, 'PromiseKept', { promiseId });
  const second = new Conversation(story, {
    at: at + 5 * DAY + HOUR,
    direction: 'outbound',
    channel: 'phone',
    team: 'workshop',
  });
  second
    .greets()
    .resolves(issueId, 'whole jacket replaced')
    .confirms(issueId)
    .invites('come by for a coffee')
    .ends();
  second.asks('csat', 5, { issueId, expectation: 4, sentiment: 0.8, comment: 'more than I had hoped for' });
  story.add(second.now + HOUR, 'IssueClosed', { issueId });
  story.add(second.now + 5 * DAY, 'FollowUpCompleted', { promiseId, issueId, outcome: 'satisfied' });
}

/** An issue solved at the first contact, confirmed, and rated by all five dimensions. */
export function servedAtOnce(story: Story): void {
  const { chance } = story;
  story.introduces(story.daysAgo(355), 'regular');
  const ago = chance.between(3, 200);
  story.buysRegularly(350, 2, chance.between(14, 26));
  const contact = new Conversation(story, {
    at: story.daysAgo(ago),
    channel: chance.pick(['in-person', 'phone', 'chat']),
  });
  contact.greets().understands('a wrong size', chance.whole(3, 5));
  const issueId = contact.raises('returns', 'low', 0);
  contact.resolves(issueId, 'exchanged on the spot').confirms(issueId).invites().ends();
  const surveyId = story.newId('survey');
  story.add(contact.now + HOUR, 'SurveySent', { surveyId, survey: 'rater', issueId });
  const dimensions = ['reliability', 'assurance', 'tangibles', 'empathy', 'responsiveness'] as const;
  for (const [i, dimension] of dimensions.entries()) {
    const score = chance.whole(5, 7);
    story.add(contact.now + DAY + i * 20_000, 'FeedbackGiven', {
      survey: 'rater',
      score,
      surveyId,
      dimension,
      expectation: 5,
      issueId,
    });
  }
}
