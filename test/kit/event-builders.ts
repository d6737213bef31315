import type { TestEvent } from './test-event.js';

const DAY = 86_400_000;

/** Day 0 of the test events: Monday, 5 January 2026, 9:00 UTC. */
const DAY0 = Date.UTC(2026, 0, 5, 9);

/** So many days after day 0, in ms. */
export const day = (days: number): number => DAY0 + days * DAY;

/** The same as RFC 3339. */
export const dayText = (days: number): string => new Date(day(days)).toISOString();

type Type = TestEvent['type'];

/** Something that happened to customer `c-1` on a day. */
export const eventOn = (type: Type, days: number, data: object = {}, customer = 'c-1'): TestEvent => ({
  type,
  customer,
  at: day(days),
  data,
});

/** A purchase. */
export const bought = (days: number, customer = 'c-1'): TestEvent =>
  eventOn('PurchaseMade', days, { orderId: `o-${days}`, amount: '10', currency: 'EUR' }, customer);

/** An issue raised. */
export const raised = (days: number, issueId: string, more: object = {}, customer = 'c-1'): TestEvent =>
  eventOn('IssueRaised', days, { issueId, category: 'billing', severity: 'normal', ...more }, customer);

/** A survey answered. */
export const answered = (days: number, survey: string, score: number, more: object = {}): TestEvent =>
  eventOn('FeedbackGiven', days, { survey, score, ...more });

/** A contact begun. */
export const contacted = (days: number, contactId: string, channel = 'phone'): TestEvent =>
  eventOn('ContactStarted', days, { contactId, channel, direction: 'inbound' });
