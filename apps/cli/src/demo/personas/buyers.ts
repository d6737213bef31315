import { HOUR } from '../company.js';
import { Conversation } from '../contact.js';
import type { Story } from '../story.js';

/** A short, good contact: all five steps, sometimes with an answered survey. */
export function goodContact(story: Story, at: number): void {
  const { chance } = story;
  const category = chance.pick(['sizes', 'a gift', 'delivery times', 'care of wool', 'an invoice copy']);
  const contact = new Conversation(story, { at, bot: chance.happens(0.2) }).greets();
  contact.understands(category, chance.whole(4, 6));
  contact.invites(chance.happens(0.3) ? 'ten percent on the next order' : undefined).ends();
  if (chance.happens(0.4)) contact.asks('csat', chance.happens(0.5) ? chance.whole(4, 5) : undefined);
}

/** Buys every few weeks, asks now and then, is content. */
export function regular(story: Story): void {
  const { chance } = story;
  story.introduces(story.daysAgo(364), 'regular');
  for (const day of story.buysRegularly(360, 1, chance.between(11, 24))) {
    if (chance.happens(0.12)) goodContact(story, story.daysAgo(Math.max(0.5, day - 2)));
  }
  if (chance.happens(0.25)) advocates(story, chance.between(5, 200));
}

/** Speaks for the shop: a high recommendation, a friend brought, a word in public. */
function advocates(story: Story, daysAgo: number): void {
  const { chance } = story;
  const at = story.daysAgo(daysAgo);
  new Conversation(story, { at, channel: 'email', direction: 'outbound' })
    .greets()
    .ends()
    .asks('nps', chance.whole(9, 10));
  if (chance.happens(0.5))
    story.add(at + 30 * HOUR, 'ReferralMade', { referred: 'a friend from the climbing hall' });
  if (chance.happens(0.4)) {
    const url = `https://walls.example/p/${story.number}`;
    story.add(at + 50 * HOUR, 'PublicMentionPosted', {
      platform: 'climbers-forum',
      sentiment: 0.8,
      reach: chance.whole(50, 3_000),
      url,
    });
  }
}

/** Buys every two months or so. */
export function occasional(story: Story): void {
  const { chance } = story;
  story.introduces(story.daysAgo(350), 'occasional');
  const days = story.buysRegularly(chance.between(250, 345), 4, chance.between(35, 60));
  if (days.length > 0 && chance.happens(0.4))
    goodContact(story, story.daysAgo(Math.max(0.5, days.at(-1)! - 3)));
}

/** Came in the last weeks. */
export function newcomer(story: Story): void {
  const first = story.chance.between(2, 40);
  const at = story.daysAgo(first);
  story.introduces(at, 'new');
  if (story.chance.happens(0.3))
    story.add(at + HOUR, 'PreferenceStated', { key: 'channel', value: 'please write, do not call' });
  story.buys(at + 2 * HOUR);
  if (first > 20 && story.chance.happens(0.5)) story.buys(story.daysAgo(first - story.chance.between(8, 18)));
}

/** Bought like a regular, and has been silent for six to twelve weeks. */
export function lapsing(story: Story): void {
  const { chance } = story;
  story.introduces(story.daysAgo(360), 'regular');
  story.buysRegularly(355, chance.between(42, 85), chance.between(12, 20));
}

/** Bought for a while and went, more than half a year ago. */
export function lapsed(story: Story): void {
  const { chance } = story;
  story.introduces(story.daysAgo(362), 'occasional');
  story.buysRegularly(360, chance.between(250, 330), chance.between(9, 20));
}
