import { schema } from '#views';
import type { Schema } from '#views';

const { flag, nullable, number, object, optional, position, text, time } = schema;

const last = object({ occurredAt: number(), sequence: number(), step: number(), eventId: text() });

const columnValue: Schema<string | number | null> = { json: { type: ['string', 'number', 'null'] } };
const listPlace = object({
  asOf: time(),
  at: optional(text()),
  live: flag(),
  after: object({ value: columnValue, customer: text(), key: text() }),
});

/** Where the next page begins, for each question that is answered in pages. */
export const PLACES = {
  timeline: object({ asOf: time(), at: optional(position()), last }),
  explain: object({ asOf: time(), at: position(), last, opening: nullable(number()) }),
  replay: object({ asOf: time(), at: position(), last }),
  policies: object({ asOf: time(), at: position(), after: position() }),
  'churn-risk-list': listPlace,
  'loyalty-list': listPlace,
  'issue-list': listPlace,
};
