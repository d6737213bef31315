import { schema } from '#views';
import { page } from './page.js';

const { count, list, nullable, object, oneOf, optional, position, text, time } = schema;

const SUBJECT = 'the id of the key, `operator`, or `jwt-` and a hash';

const MEMBER = {
  customer: text(),
  keyDigest: nullable(
    text(
      'SHA-256, in hexadecimal, of the line `cx-ledger destroyed key` (with its line feed) and the 32 bytes of the destroyed ' +
        'secret; null where there was no key. The CustomerErased event of this identity says the same',
    ),
  ),
  aliases: nullable(count('alias hashes deleted; null: not yet')),
};

const ERASURE = {
  id: text(),
  customer: text('the customer named in the request'),
  status: oneOf(['under-way', 'finished'], 'one that is under way goes on by itself, also after a restart'),
  reason: text('as it was given'),
  requestedBy: object({ subject: text(SUBJECT), label: nullable(text()) }),
  requestId: text(),
  requestedAt: time('since when nothing new is taken and nothing is read'),
  destroyedAt: nullable(time('when the keys were destroyed and their bytes overwritten; null: not yet')),
  finishedAt: nullable(time()),
  members: list(object(MEMBER), 'all identities of the person at that time'),
};

/** An erasure in a list. */
export const erasureSchema = object(ERASURE);
export const erasuresSchema = page(erasureSchema);

const EVENT = object({
  eventId: text(),
  position: position(),
  entry: optional(count('number in the log, from 0')),
  hash: text('SHA-256, in hexadecimal, of the event as it is recorded'),
  inclusion: nullable(
    object({
      size: count('of the tree'),
      root: text('hexadecimal'),
      leaf: text('hexadecimal'),
      proof: list(text('hexadecimal')),
    }),
  ),
});

/** What shows that a person was erased. */
export const certificateSchema = object({
  ...ERASURE,
  members: list(
    object({
      ...MEMBER,
      event: nullable(EVENT),
    }),
    '`event`: the CustomerErased of this identity, with the proof that it is in the log (RFC 9162, 2.1.3); `inclusion` is null for the second or two until the tree has it',
  ),
  copies: nullable(
    object({
      deadLetters: count('dead letters deleted that were about the person'),
      storedAnswers: count('stored answers to requests with an Idempotency-Key deleted: all of the tenant'),
    }),
  ),
  backups: object({
    maxAgeDays: count('CX_BACKUP_DAYS: backups are deleted at this age, which is the operator’s task'),
    expiredAt: nullable(time('from then on no backup may hold the keys; null: the erasure is under way')),
  }),
  checkpoint: nullable(text('the newest signed checkpoint of the log')),
  remains: list(text(), 'what is left where the ledger cannot reach, and what to do about it'),
});
