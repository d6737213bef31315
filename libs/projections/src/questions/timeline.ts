import { formatTime, type OrderKey } from '#event-sourcing';
import type { Asker, CustomerFrame, CustomerMoment, Page, PageOf } from './asker.js';
import { inquire } from './customer-question.js';
import { limitOf } from './moment.js';

/** One thing that happened to a customer. */
export interface TimelineItem {
  readonly eventId: string;
  /** The touchpoint's name. */
  readonly type: string;
  readonly occurredAt: string;
  readonly position: string;
  /** The identity it was published to, where that is another than the survivor. */
  readonly publishedTo?: string;
  /** Present when it has been taken out of every view. */
  readonly retracted?: true;
}

/** Where the next page of a timeline begins. */
export interface TimelinePlace {
  readonly asOf: string;
  readonly at?: string;
  readonly last: OrderKey;
}

/** What happened to a customer, the latest first. Throws NotFound for an unknown customer. */
export function timeline(
  asker: Asker,
  question: CustomerMoment & Page<TimelinePlace>,
): Promise<CustomerFrame & PageOf<TimelineItem, TimelinePlace>> {
  const limit = limitOf(question.limit);
  const { tenant, customer, place } = question;
  const { asOf: askedAsOf, at } = place ?? question;
  return inquire(
    asker,
    { tenant, customer, asOf: askedAsOf, at },
    async ({ reader, person, known, asOf, frame }) => {
      const rows = await reader.timeline({
        tenant: person.tenant,
        customers: person.members,
        upTo: asOf,
        at: known.at,
        after: place?.last,
        withRetracted: true,
        direction: 'backward',
        limit: limit + 1,
      });
      const page = rows.slice(0, limit);
      const items = page.map(
        ({ eventId, type, occurredAt, position, customer, retractedAt }): TimelineItem => ({
          eventId,
          type,
          occurredAt: formatTime(occurredAt),
          position: String(position),
          ...(customer !== person.survivor && { publishedTo: customer }),
          ...(retractedAt !== null &&
            (known.at === undefined || retractedAt <= known.at) && { retracted: true }),
        }),
      );
      if (rows.length <= limit) return { ...frame, items, next: null };
      const next: TimelinePlace = {
        asOf: frame.asOf,
        ...(known.at !== undefined && { at: known.at.toString() }),
        last: keyOf(page.at(-1)!),
      };
      return { ...frame, items, next };
    },
  );
}

/** The order key of an event, and nothing else of it. */
export function keyOf({ occurredAt, sequence, step, eventId }: OrderKey): OrderKey {
  return { occurredAt, sequence, step, eventId };
}
