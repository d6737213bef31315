import { DAY, HOUR } from '../company.js';
import { Conversation } from '../contact.js';
import type { Story } from '../story.js';
import { goodContact } from './buyers.js';
import { raiseIssue } from './troubles.js';

/** Has the repair subscription and keeps it. */
export function subscriber(story: Story): void {
  const { chance } = story;
  const start = chance.between(200, 364);
  story.introduces(story.daysAgo(start), 'subscriber');
  const contractId = story.newId('contract');
  story.add(story.daysAgo(start) + HOUR, 'ContractStarted', { contractId });
  if (start > 180)
    story.add(story.daysAgo(start - 180), 'ContractRenewed', { contractId, reason: 'half-year term' });
  for (let i = 0; i < chance.whole(1, 4); i++)
    goodContact(story, story.daysAgo(chance.between(1, start - 1)));
  if (chance.happens(0.3)) story.buys(story.daysAgo(chance.between(1, start - 1)));
}

/** Had the subscription, had a repair that took too long, and left. */
export function leftContract(story: Story): void {
  const { chance } = story;
  story.introduces(story.daysAgo(350), 'subscriber');
  const contractId = story.newId('contract');
  story.add(story.daysAgo(349), 'ContractStarted', { contractId });
  const ago = chance.between(20, 150);
  const issueId = raiseIssue(story, story.daysAgo(ago + 40), 'warranty', 'high', -0.4);
  story.add(story.daysAgo(ago + 30), 'IssueBreachReported', { issueId, target: 'repair within a week' });
  const answer = new Conversation(story, {
    at: story.daysAgo(ago + 20),
    direction: 'outbound',
    channel: 'mail',
    team: 'workshop',
  });
  answer
    .greets()
    .resolves(issueId, 'repaired after four weeks')
    .ends()
    .asks('csat', 1, { issueId, expectation: 6 });
  story.add(story.daysAgo(ago), 'ContractEnded', { contractId, reason: 'repairs take too long' });
  story.add(story.daysAgo(ago) + DAY, 'IssueClosed', { issueId });
}
