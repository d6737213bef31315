import { DAY, HOUR, MINUTE, type Category } from '../company.js';
import { Conversation, type Severity } from '../contact.js';
import type { Story } from '../story.js';

/** An issue lies open past its target: raised days ago, chased by the customer, escalated, still waiting. */
export function leftWaiting(story: Story): void {
  const { chance } = story;
  story.introduces(story.daysAgo(340), 'regular');
  const age = chance.between(3, 11);
  story.buysRegularly(330, age + 2, chance.between(14, 25));
  const severity: Severity = chance.pick(['normal', 'high', 'critical']);
  const issueId = raiseIssue(
    story,
    story.daysAgo(age),
    chance.pick(['warranty', 'delivery', 'billing']),
    severity,
  );
  chase(story, story.daysAgo(age * 0.6), issueId, true);
  const escalatedAt = story.daysAgo(age * 0.5);
  story.add(escalatedAt, 'IssueEscalated', {
    issueId,
    reason: chance.pick(['complaint', 'breach', 'expertise']),
    toTeam: 'workshop',
  });
  story.add(escalatedAt + 5 * MINUTE, 'IssueTransferred', {
    issueId,
    fromTeam: 'counter',
    toTeam: 'workshop',
    toAgentId: 'olek',
  });
  story.add(escalatedAt + HOUR, 'IssueReprioritised', {
    issueId,
    severity: severity === 'normal' ? 'high' : 'critical',
  });
  story.add(escalatedAt + 3 * HOUR, 'IssueWaiting', { issueId, on: chance.pick(['vendor', 'internal']) });
  story.add(escalatedAt + 20 * HOUR, 'IssueResumed', { issueId });
  if (chance.happens(0.5)) chase(story, story.daysAgo(age * 0.2), issueId, false);
}

/** Handed from desk to desk, telling it all again each time; solved at last, with a bad taste. */
export function passedAround(story: Story): void {
  const { chance } = story;
  story.introduces(story.daysAgo(345), 'occasional');
  const ago = chance.between(10, 60);
  story.buysRegularly(330, ago + 3, chance.between(20, 35));
  const at = story.daysAgo(ago);
  const issueId = raiseIssue(story, at, 'billing', 'normal');
  story.add(at + HOUR, 'IssueAssigned', { issueId, agentId: 'joana', team: 'billing' });
  for (const [i, toTeam] of (['billing', 'logistics', 'counter'] as const).entries()) {
    const call = new Conversation(story, {
      at: at + (i + 1) * DAY,
      channel: chance.pick(['phone', 'chat']),
      reason: 'the same again',
    });
    call
      .greets()
      .understands('billing', 5, issueId)
      .handsOver(toTeam, i > 0, issueId)
      .ends();
    story.add(call.now, 'IssueTransferred', { issueId, toTeam });
  }
  const last = new Conversation(story, { at: at + 5 * DAY, channel: 'phone' })
    .greets()
    .understands('billing', 5, issueId);
  last
    .resolves(issueId, 'credited by hand')
    .ends()
    .asks('ces', chance.whole(1, 3), { issueId, comment: 'I told it four times' });
  story.add(last.now + DAY, 'IssueClosed', { issueId, reason: 'no further answer' });
}

/** A bad purchase, a bad answer, and a word about it in public. */
export function detractor(story: Story): void {
  const { chance } = story;
  story.introduces(story.daysAgo(330), 'occasional');
  const ago = chance.between(15, 90);
  story.buysRegularly(320, ago + 10, chance.between(18, 30));
  const orderId = story.buys(story.daysAgo(ago + 8));
  const at = story.daysAgo(ago);
  story.add(at - DAY, 'PurchaseReturned', {
    orderId,
    amount: '39.90',
    currency: 'EUR',
    reason: 'seam torn',
  });
  const issueId = raiseIssue(story, at, 'returns', 'normal', -0.7);
  const answer = new Conversation(story, {
    at: at + 3 * DAY,
    channel: 'email',
    direction: 'outbound',
  }).greets();
  answer.resolves(issueId, 'refunded without shipping').ends();
  answer.asks('nps', chance.whole(0, 5), { comment: 'never again', sentiment: -0.8 });
  const url = `https://reviews.example/${story.number}`;
  const reach = chance.whole(200, 9_000);
  story.add(at + 5 * DAY, 'PublicMentionPosted', { platform: 'review-site', sentiment: -0.9, reach, url });
}

/** Was promised a call back that did not come, more than once. */
export function letDown(story: Story): void {
  const { chance } = story;
  story.introduces(story.daysAgo(320), 'regular');
  const ago = chance.between(6, 40);
  story.buysRegularly(310, ago + 2, chance.between(15, 28));
  const at = story.daysAgo(ago);
  const issueId = raiseIssue(story, at, 'product', 'normal', -0.2);
  for (const days of [1, 3]) {
    const promiseId = story.newId('promise');
    const dueAt = new Date(at + (days + 1) * DAY).toISOString();
    story.add(at + days * DAY, 'PromiseMade', {
      promiseId,
      kind: 'callback',
      dueAt,
      issueId,
      agentId: 'tomas',
    });
    if (days === 1) story.add(at + (days + 1) * DAY + HOUR, 'PromiseBroken', { promiseId });
  }
  chase(story, at + 5 * DAY, issueId, true);
}

/** Tries to reach us and gives up in the queue. */
export function gaveUp(story: Story): void {
  const { chance } = story;
  story.introduces(story.daysAgo(300), 'occasional');
  story.buysRegularly(290, 20, chance.between(30, 50));
  for (let i = 0; i < chance.whole(1, 3); i++) {
    const call = new Conversation(story, {
      at: story.daysAgo(chance.between(2, 25)),
      channel: 'phone',
      waitSeconds: chance.whole(200, 900),
    });
    call.ends(chance.happens(0.8) ? 'abandoned' : 'dropped');
  }
}

/** A contact in which an issue is raised; gives its id. */
export function raiseIssue(
  story: Story,
  at: number,
  category: Category,
  severity: Severity,
  sentiment = -0.3,
): string {
  const contact = new Conversation(story, {
    at,
    channel: story.chance.pick(['phone', 'email', 'chat']),
    reason: category,
  });
  contact.greets().understands(category, 5);
  const issueId = contact.raises(category, severity, sentiment);
  contact.ends();
  return issueId;
}

/** The customer asks again about the same issue, perhaps through another channel, and is handed on. */
function chase(story: Story, at: number, issueId: string, handedOn: boolean): void {
  const call = new Conversation(story, {
    at,
    channel: 'phone',
    reason: 'asks again',
    waitSeconds: story.chance.whole(120, 600),
  });
  call.greets().understands('what was promised', 5, issueId);
  if (handedOn) call.handsOver('workshop', true, issueId);
  call.ends();
}
