import { formatTime, type OrderKey } from '#event-sourcing';
import type { Asker, CustomerFrame, CustomerMoment, Page, PageOf } from './asker.js';
import { decodeCursor, encodeCursor } from './cursor.js';
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

type Place = {
  readonly of: 'timeline';
  readonly asOf: string;
  readonly at?: string;
  readonly last: readonly [number, number, number, string];
};

/** What happened to a customer, the latest first. Throws NotFound for an unknown customer. */
export function timeline(
  asker: Asker,
  question: CustomerMoment & Page,
): Promise<CustomerFrame & PageOf<TimelineItem>> {
  const limit = limitOf(question.limit);
  const place = question.cursor === undefined ? undefined : decodeCursor<Place>(question.cursor, 'timeline');
  return inquire(asker, { ...question, ...place }, async ({ reader, person, known, asOf, frame }) => {
    const rows = await reader.timeline({
      tenant: person.tenant,
      customers: person.members,
      upTo: asOf,
      at: known.at,
      after: place && orderOf(place.last),
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
    const next: Place | undefined =
      rows.length > limit
        ? { of: 'timeline', asOf: frame.asOf, at: placeOf(known.at), last: keyOf(page.at(-1)!) }
        : undefined;
    return { ...frame, items, next: next === undefined ? null : encodeCursor(next) };
  });
}

const placeOf = (at: bigint | undefined): string | undefined => at?.toString();

/** An order key as it stands in cursors. */
export function keyOf({
  occurredAt,
  sequence,
  step,
  eventId,
}: OrderKey): readonly [number, number, number, string] {
  return [occurredAt, sequence, step, eventId];
}

/** The reverse of `keyOf`. */
export function orderOf([occurredAt, sequence, step, eventId]: readonly [
  number,
  number,
  number,
  string,
]): OrderKey {
  return { occurredAt, sequence, step, eventId };
}
