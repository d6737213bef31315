import { schema } from '#views';
import { page } from './page.js';

const { count, list, nullable, object, text, time } = schema;

const file = object({
  bytes: count('length'),
  sha256: {
    json: { type: 'string', pattern: '^[0-9a-f]{64}$', description: 'of these bytes' },
  } as schema.Schema<string>,
});

/** What is remembered of a data set. */
export const importSchema = object({
  dataset: text(),
  source: text('the CloudEvents source of its events'),
  files: list(file, 'the file at each import, the shortest first'),
  undoneAt: nullable(time('since when its events are being retracted')),
});

/** Events of an import, as a retraction has to name them. */
export const importedEventsSchema = page(object({ customer: text(), source: text(), id: text() }));
