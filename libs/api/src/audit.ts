import { ACCESS_ACTIONS } from '#journey';
import { ANSWERS as QUERY_ANSWERS, replayItem, schema } from '#views';
import { page } from './page.js';

const { anything, count, list, marker, nullable, object, oneOf, optional, position, text, time } = schema;

const HASH =
  'SHA-256, in lower-case hexadecimal, of `event` as canonical JSON (RFC 8785) in UTF-8. The bytes between `"event":` and ' +
  'the end of that object in this answer are that canonical text already, so hashing them unchanged gives the same. ' +
  'Nothing else is part of it: neither entry, position and revision, which the store adds, nor `opened`';

/** One recorded event, as auditors see it. */
const RECORDED_EVENT = object({
  entry: optional(
    count('number in the log, from 0; absent for a moment after the event was recorded in EventStoreDB'),
  ),
  position: position(),
  revision: count('number in the customer’s stream, from 0'),
  occurredAt: time('business time, as sent'),
  recordedAt: time('when the ledger learnt of it'),
  hash: { json: { type: 'string', pattern: '^[0-9a-f]{64}$', description: HASH } },
  event: anything('the event as it is stored, personal and unknown fields sealed'),
  opened: optional(
    object(
      { data: anything(), extensions: optional(anything()) },
      'with `open=true`: data and extensions as they were sent; null where the customer’s keys were erased',
    ),
  ),
});

export const recordedEventsSchema = object({
  customer: text('as published: events of other identities are under those'),
  erased: marker('present where the customer was erased: nothing sealed can be opened any more'),
  items: list(RECORDED_EVENT),
  next: nullable(text()),
});

/** One access. */
const ACCESS = object({
  accessedAt: time('when it was answered; of opened personal data and exports: just before'),
  actor: object(
    {
      subject: text('the id of the key, `operator`, or `jwt-` and a hash'),
      label: nullable(text()),
      roles: list(text()),
    },
    'who; label: what the key is called, null for tokens and the operator',
  ),
  action: oneOf(
    ACCESS_ACTIONS,
    'a customer was read, many were listed, personal data was opened, data was exported, or something was changed',
  ),
  route: text('method and path'),
  customer: optional(text('the customer concerned, as asked')),
  question: optional(text('the query string, without cursors')),
  purpose: optional(text('`x-purpose` of the request')),
  requestId: text('`x-request-id` of the answer'),
  records: count('how many records were answered'),
  detail: optional(
    text(
      'which events were opened (revisions of the customer’s stream as in `0-49 52`), or what was changed: an id, a name',
    ),
  ),
  position: position('of the event in which the access is recorded'),
  entry: optional(count('number of that event in the log, from 0: for its proof')),
});

export const accessSchema = page(ACCESS);

/** How the ledger got an event. */
const origin = object(
  {
    recordedAt: time('when the ledger learnt of it'),
    publisher: text('the id of the key, `operator`, or `jwt-` and a hash: who sent it'),
    source: text('as sent'),
    id: text('as sent'),
    correlationId: optional(text('what belongs together, as sent')),
    causationId: optional(text('the id of what caused it, as sent')),
    causedBy: optional(text('`eventId` of the step in this answer that caused it')),
  },
  'of an event',
);

/** `GET /v1/audit/customers/{id}/replay`. */
export const replaySchema = object({
  ...QUERY_ANSWERS.replay.members,
  items: list(object({ ...replayItem.members, recorded: optional(origin) })),
});
