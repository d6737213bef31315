import { DAY, HOUR } from '../company.js';
import type { Story } from '../story.js';

/** From when to when (days before the year's end) the web shop's orders were not delivered, and when they were. */
export const BROKEN_EXPORT = { from: 116, to: 64, delivered: 58 } as const;

/**
 * Bought all the time, but for seven weeks the web shop's export was broken: the ledger knew of no order and took the
 * customer for nearly lost, until the orders were delivered all at once.
 */
export function boughtUnseen(story: Story): void {
  const { chance } = story;
  const { from, to, delivered } = BROKEN_EXPORT;
  const every = chance.between(8, 11);
  story.introduces(story.daysAgo(360), 'regular');
  story.buysRegularly(355, from + 1, every);
  story.deliveredLate(story.year.until - delivered * DAY, () => story.buysRegularly(from, to, every));
  story.buysRegularly(to - 4, 1, every);
}

/** An order was booked with ten times its amount, taken back a week later and sent again as it was. */
export function overcharged(story: Story): void {
  const { chance } = story;
  story.introduces(story.daysAgo(300), 'occasional');
  story.buysRegularly(295, 20, chance.between(20, 35));
  const at = story.daysAgo(chance.between(30, 90));
  const orderId = story.newId('order');
  const wrong = story.add(at, 'PurchaseMade', { orderId, amount: '1290.00', currency: 'EUR' });
  const correctedAt = at + 7 * DAY;
  story.add(correctedAt, 'EventRetracted', {
    eventSource: story.year.source,
    eventId: wrong,
    reason: 'the amount was booked with a slipped point',
  });
  story.deliveredLate(correctedAt + HOUR, () =>
    story.add(at, 'PurchaseMade', { orderId, amount: '129.00', currency: 'EUR' }),
  );
}
