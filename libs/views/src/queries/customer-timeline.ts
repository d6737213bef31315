import { compareOrder, formatTime, type Json, type OrderKey } from '#event-sourcing';
import {
  anything,
  list,
  marker,
  nullable,
  number,
  object,
  optional,
  position,
  text,
  time,
  type TypeOf,
} from '../schema.js';
import { limitOf } from './known-up-to.js';
import { customerFrame, type CustomerQuery, type QueryContext } from './query-context.js';
import { withCustomer } from './with-customer.js';

const item = object({
  eventId: text(),
  type: text('the touchpoint’s name, without version'),
  occurredAt: time('business time'),
  position: position(),
  publishedTo: optional(text('the identity it was published to, where that is another than the survivor')),
  retracted: marker('present when it has been taken out of every view'),
  facts: anything('what is recorded in clear: ids, categories, scores, amounts; never personal text'),
});

const place = object({
  asOf: time(),
  at: optional(position()),
  last: object({ occurredAt: number(), sequence: number(), step: number(), eventId: text() }),
});

/** What happened to a customer, the latest first. */
export const timelineSchema = object({ ...customerFrame, items: list(item), next: nullable(text()) });
export const timelinePlace = place;

type Place = TypeOf<typeof place>;

/** A page of the timeline; `next` is the place where the following page begins. */
export type TimelinePage = Omit<TypeOf<typeof timelineSchema>, 'next'> & { readonly next: Place | null };

/** What happened to a customer, the latest first. Throws NotFound for an unknown customer. */
export function customerTimeline(
  query: QueryContext,
  question: CustomerQuery & { readonly limit?: number; readonly place?: Place },
): Promise<TimelinePage> {
  const { limit: asked, place: from, tenant, customer } = question;
  const limit = limitOf(asked);
  const { asOf, at } = from ?? question;
  return withCustomer(query, { tenant, customer, asOf, at }, async (moment) => {
    const { person, frame, known } = moment;
    const facts = await moment.facts();
    const { all } = facts;
    const end = from === undefined ? countUpTo(all, moment.asOf) : countBefore(all, from.last);
    const page = all.slice(Math.max(0, end - limit), end).reverse();
    const items = page.map((fact) => ({
      eventId: fact.eventId,
      type: fact.type,
      occurredAt: formatTime(fact.occurredAt),
      position: String(fact.position),
      ...(fact.customer !== person.survivor && { publishedTo: fact.customer }),
      ...(facts.isRetracted(fact) && { retracted: true as const }),
      facts: fact.data as Json,
    }));
    if (end <= limit) return { ...frame, items, next: null };
    const { occurredAt, sequence, step, eventId } = page.at(-1)!;
    const next: Place = {
      asOf: frame.asOf,
      ...(known.at !== undefined && { at: String(known.at) }),
      last: { occurredAt, sequence, step, eventId },
    };
    return { ...frame, items, next };
  });
}

/** How many facts come before a place in business order. */
function countBefore(facts: readonly OrderKey[], order: OrderKey): number {
  return partition(facts, (fact) => compareOrder(fact, order) < 0);
}

function countUpTo(facts: readonly OrderKey[], asOf: number): number {
  return partition(facts, ({ occurredAt }) => occurredAt <= asOf);
}

/** How many at the beginning meet a condition that none behind them meets. */
function partition<T>(items: readonly T[], meets: (item: T) => boolean): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (meets(items[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}
