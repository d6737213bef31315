import { type Schema, schema } from '#views';
import { faultsSchema } from './events.js';
import { page } from './page.js';

const { count, nullable, object, oneOf, optional, position, text, time } = schema;

/** A dead letter as lists show it: never its content. */
const letter = object({
  id: text(),
  origin: text('where it came from: `kafka cx.touchpoints/3@17`'),
  state: oneOf(['waiting', 'recorded'], '`recorded`: a retry succeeded'),
  attempts: count('how often it was retried'),
  position: nullable(position('of the event that a retry recorded')),
  customer: nullable(text()),
  code: text('why it could not be recorded'),
  detail: text(),
  errors: optional(faultsSchema),
  arrivedAt: time(),
  retryAt: nullable(time('when it is retried by itself; null: by a person only')),
  retriedAt: nullable(time()),
  retriedBy: nullable(text('a subject, or `dead-letters` where it was retried by itself')),
});

const BODY: Schema<unknown> = {
  json: { description: '`event` or `text` as it came; null where the customer was erased' },
};

export const deadLettersSchema = page(letter);
export const deadLetterSchema = object({
  ...letter.members,
  body: BODY,
});

export const retriedLetterSchema = object({ id: text(), status: oneOf(['recorded']), position: position() });
export const retriedLettersSchema = object({ recorded: count(), refused: count('refused again') });
