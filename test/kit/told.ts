import type { ToldEvent } from './told-event.js';

const DAY = 86_400_000;

/** Day 0 of what is told: Monday, 5 January 2026, 9:00 UTC. */
const DAY0 = Date.UTC(2026, 0, 5, 9);

/** So many days after day 0, in ms. */
export const day = (days: number): number => DAY0 + days * DAY;

/** The same as RFC 3339. */
export const dayText = (days: number): string => new Date(day(days)).toISOString();

type Type = ToldEvent['type'];

/** Something that happened to customer `c-1` on a day. */
export const told = (type: Type, days: number, data: object = {}, customer = 'c-1'): ToldEvent => ({
  type,
  customer,
  at: day(days),
  data,
});

/** A purchase. */
export const bought = (days: number, customer = 'c-1'): ToldEvent =>
  told('PurchaseMade', days, { orderId: `o-${days}`, amount: '10', currency: 'EUR' }, customer);

/** An issue raised. */
export const raised = (days: number, issueId: string, more: object = {}, customer = 'c-1'): ToldEvent =>
  told('IssueRaised', days, { issueId, category: 'billing', severity: 'normal', ...more }, customer);

/** A survey answered. */
export const answered = (days: number, survey: string, score: number, more: object = {}): ToldEvent =>
  told('FeedbackGiven', days, { survey, score, ...more });

/** A contact begun. */
export const contacted = (days: number, contactId: string, channel = 'phone'): ToldEvent =>
  told('ContactStarted', days, { contactId, channel, direction: 'inbound' });
