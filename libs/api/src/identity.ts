import { schema } from '#views';

const { flag, list, nullable, object, oneOf, optional, position, text, time } = schema;

/** `GET /v1/customers/{id}/identity`. */
export const identitySchema = object({
  customer: text('the survivor, whose views cover all members'),
  mergedInto: optional(text('present where another id was asked for, which has been merged into this one')),
  position: position('everything recorded up to here is in the answer'),
  members: list(text(), 'all identities of this person'),
  links: list(
    object({
      type: oneOf(['merged', 'unmerged']),
      survivor: text(),
      merged: text(),
      occurredAt: time('business time'),
      recordedAt: time('when the ledger learnt of it'),
      position: position(),
      publisher: text('the id of the key, `operator`, or `jwt-` and a hash: who said so'),
      reason: nullable(text('as it was given')),
      inForce: flag('whether this merge is what joins the two now'),
    }),
    'every merge and unmerge among all that the customer was ever linked with, in the order in which they happened',
  ),
});

/** `POST /v1/customers/{id}/merge` and `/unmerge`. */
export const linkedSchema = object({
  status: oneOf(['recorded', 'duplicate']),
  id: text('of the event: sent again with the same id, it is a repeat'),
  position: position(),
  survivor: text(),
  merged: text(),
});
