import { hoursFor, type ViewContext, wallTimeOf } from '#scoring';
import { schema, type TypeOf } from '#views';
import type { Span } from '../time/buckets.js';

const { list, number, object, text } = schema;

/** When a queue is open. */
export const openingHours = object({
  version: text('the published business hours that say so'),
  zone: text('IANA time zone'),
  weekly: list(object({ day: text(), from: text('local time'), to: text('local time; 24:00: the end') })),
  holidays: list(text('a local date'), 'closed days of the period'),
  openSeconds: number('how long it was open in the period, by the hours in force at each moment'),
});

/** The hours of a queue as they are in force at the end of a period, or now if that is earlier; null: of the company. */
export function hoursOfQueue(
  queue: string | null,
  { from, to }: Span,
  { asOf, businessTime }: ViewContext,
): TypeOf<typeof openingHours> {
  const whose = { team: null, queue: queue ?? undefined };
  const { version, zone, weekly, holidays } = hoursFor(
    businessTime.hoursAt(Math.min(asOf, to - 1)),
    whose.team,
    whose.queue,
  );
  const [first, last] = [from, to - 1].map((at) => new Date(wallTimeOf(zone, at)).toISOString().slice(0, 10));
  return {
    ...{ version, zone },
    weekly: weekly.map(({ day, from: begin, to: end }) => ({ day, from: begin, to: end })),
    holidays: holidays.filter((date) => date >= first! && date <= last!),
    openSeconds: Math.round(businessTime.forIssue(whose).openBetween(from, to) / 1_000),
  };
}
