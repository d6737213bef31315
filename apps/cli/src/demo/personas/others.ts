import { DAY, HOUR, MINUTE } from '../company.js';
import { Conversation } from '../contact.js';
import { Story } from '../story.js';

/** Asks before buying: an offer, or the honest advice to go elsewhere. */
export function prospect(story: Story): void {
  const { chance } = story;
  const contact = new Conversation(story, {
    at: story.daysAgo(chance.between(1, 120)),
    channel: 'chat',
    bot: true,
  }).greets();
  contact.understands(
    chance.pick(['a four-season tent', 'ski boots', 'a child carrier']),
    chance.whole(4, 6),
  );
  contact.later(3 * MINUTE);
  const { contactId } = contact;
  if (chance.happens(0.3)) {
    story.add(contact.now, 'CompetitorRecommended', { contactId, category: 'ski boots' });
  } else {
    const accepted = chance.happens(0.3);
    story.add(contact.now, 'OfferMade', {
      offerId: story.newId('offer'),
      contactId,
      category: 'tents',
      suitable: true,
      accepted,
    });
    if (accepted) story.buys(contact.now + HOUR);
  }
  contact.invites().ends();
}

/** Called as somebody unknown first; later it turns out who it was. */
export function recognisedCaller(story: Story): readonly Story[] {
  const { chance } = story;
  story.introduces(story.daysAgo(250), 'regular');
  story.buysRegularly(245, 3, chance.between(18, 30));
  const caller = new Story(`contact:web-${story.number}`, chance, story.year, story.number + 50_000);
  const at = story.daysAgo(chance.between(5, 60));
  new Conversation(caller, { at, channel: 'web', reason: 'where is my parcel' })
    .greets()
    .understands('delivery', 5)
    .ends();
  story.add(at + DAY, 'CustomersMerged', { mergedId: caller.customer, reason: 'gave the order number' });
  return [caller];
}

/** Two people of one household taken for one, and told apart again. */
export function mistakenForAnother(story: Story): readonly Story[] {
  const { chance } = story;
  story.introduces(story.daysAgo(200), 'occasional');
  story.buysRegularly(195, 10, chance.between(25, 40));
  const other = new Story(`${story.customer}-b`, chance, story.year, story.number + 60_000);
  other.introduces(other.daysAgo(150), 'occasional');
  other.buysRegularly(148, 6, chance.between(25, 40));
  const at = story.daysAgo(40);
  story.add(at, 'CustomersMerged', { mergedId: other.customer, reason: 'same address' });
  story.add(at + 3 * DAY, 'CustomersUnmerged', {
    mergedId: other.customer,
    reason: 'sisters, not one person',
  });
  return [other];
}

/** An angry answer was booked on the wrong customer, taken back ten days later, and sent again for the right one. */
export function wronglyBlamed(story: Story): readonly Story[] {
  const { chance } = story;
  story.introduces(story.daysAgo(280), 'regular');
  story.buysRegularly(275, 3, chance.between(15, 25));
  const at = story.daysAgo(chance.between(14, 40));
  const answer = { survey: 'csat', score: 1, sentiment: -0.9, comment: 'never got an answer' } as const;
  const eventId = story.add(at, 'FeedbackGiven', answer);
  const reason = 'booked on the wrong customer';
  const correctedAt = at + 10 * DAY;
  story.add(correctedAt, 'EventRetracted', { eventSource: story.year.source, eventId, reason });
  const right = new Story(`${story.customer}-b`, chance, story.year, story.number + 70_000);
  right.introduces(right.daysAgo(150), 'occasional');
  right.buysRegularly(148, 60, chance.between(25, 40));
  right.deliveredLate(correctedAt, () => right.add(at, 'FeedbackGiven', answer));
  return [right];
}
