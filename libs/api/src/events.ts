import { LIMITS } from '#event-sourcing';
import { customersWithSchema, schema, type Schema, type TypeOf } from '#views';
import { PROBLEM_TYPE, PROBLEMS } from './problem-table.js';

const { count, list, marker, nullable, object, oneOf, optional, position, text } = schema;

/** Places that are wrong in what was sent. */
export const faultsSchema = list(
  object({
    pointer: text('RFC 6901: where in the event, body or query'),
    detail: text('what is wrong there, and the fix'),
  }),
  'every place that is wrong, so that one round corrects all',
);

const problem = object({
  type: {
    json: {
      type: 'string',
      description: 'What kind of problem it is. It is stable: decide by it, not by the sentence.',
      enum: Object.keys(PROBLEMS).map((code) => `${PROBLEM_TYPE}${code}`),
    },
  } as Schema<string>,
  title: text('the kind of problem in a few words'),
  status: count('the HTTP status'),
  detail: text('what is wrong here, and what to do about it'),
  requestId: optional(text('the id of the request, as in the header x-request-id')),
  errors: optional({ json: { ...faultsSchema.json, maxItems: LIMITS.jsonFaults } } as typeof faultsSchema),
});

const { additionalProperties: _closed, ...open } = problem.json;

/** A problem (RFC 9457) as every error is answered. Some have further members that help: positions, limits. */
export const problemSchema: Schema<Problem> = {
  json: { ...open, description: 'RFC 9457; every error of every route is one.' },
};

export type Problem = TypeOf<typeof problem> & { readonly [extension: string]: unknown };

/** What became of one event. */
export const resultSchema = object({
  id: nullable(text('as sent; null when there is no usable one')),
  status: oneOf(
    ['recorded', 'duplicate', 'rejected'],
    '`recorded`: durable now. `duplicate`: recorded before under the same source and id. `rejected`: not recorded; see `problem`.',
  ),
  position: optional(position('where it is in the log; a read with `after` set to it has seen the event')),
  revision: optional(count('its number in the customer’s stream, from 0')),
  warnings: optional(
    list(
      object({ pointer: text(), detail: text() }),
      'The event was recorded, but probably not as it was meant: a field is nearly spelt like a known one.',
    ),
  ),
  problem: optional({ json: { $ref: '#/components/schemas/Problem' } } as Schema<Problem>),
});

export const resultsSchema = object({
  dryRun: marker('Present where nothing was stored.'),
  views: optional(customersWithSchema),
  results: list(resultSchema, 'One for each event, in the order sent.'),
});

const rejection = object({ line: count('from 1'), ...resultSchema.members });

/** The answer to a stream of lines. */
export const streamResultsSchema = object({
  lines: count('lines that were read, blank ones included'),
  recorded: count(),
  duplicates: count(),
  rejected: count(),
  position: optional(position('the last position at which one of them was recorded')),
  rejections: {
    json: {
      ...list(rejection).json,
      maxItems: LIMITS.streamRejections,
      description: 'The first rejected lines.',
    },
  } as Schema<readonly TypeOf<typeof rejection>[]>,
});

/** The list of types of events: not in pages. */
export const touchpointTypesSchema = object({
  items: list(
    object({
      type: text(),
      version: count(),
      kind: oneOf(
        ['touchpoint', 'identity', 'correction', 'policy', 'erasure', 'alert', 'access'],
        '`touchpoint`, `identity` and `correction` are sent to `POST /v1/events`, `policy` to `POST /v1/policies`',
      ),
      description: text(),
      schema: text('where its JSON Schema is'),
    }),
  ),
  next: { json: { type: 'null' } } as Schema<null>,
});
