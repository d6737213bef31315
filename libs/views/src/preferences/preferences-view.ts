import { formatTime } from '#event-sourcing';
import { list, nullable, object, text, time } from '../schema.js';
import { defineView } from '../view.js';

const preference = object({
  key: text('what it is about: language, channel'),
  statedAt: time('when it was stated last'),
  eventId: text(
    'the event that has the value in /data/value: it is personal, and shown by the audit routes to those who may read it',
  ),
});

const schema = object({
  segment: nullable(text('the company’s own grouping of the customer, as said last')),
  preferences: list(preference, 'by their keys; the latest value of each holds'),
});

/** How the customer wants to be treated: references to what was said, never the personal text itself. */
export const preferences = defineView({
  name: 'preferences',
  member: 'preferences',
  version: 1,
  summary: 'How the customer wants to be treated',
  schema,
  tables: [],
  publish: ({ profile }) => ({
    segment: profile.segment ?? null,
    preferences: profile.preferences.map(({ key, statedAt, eventId }) => ({
      key,
      statedAt: formatTime(statedAt),
      eventId,
    })),
  }),
});
