import { formatTime } from '#event-sourcing';
import type { PolicyBook } from '#scoring';
import { schema, type TypeOf } from '#views';
import type { Span } from '../time/buckets.js';

const { list, object, oneOf, text, time } = schema;

/** Policies that came into force within a period: a figure may change there for that reason alone. */
export const policyChangesSchema = list(
  object({
    effectiveFrom: time('when it came into force'),
    kind: oneOf(['scoring', 'model', 'sla', 'business-hours']),
    version: text(),
  }),
  'policies and models that came into force within the period: figures may differ before and after',
);

export function policyChangesIn(book: PolicyBook, { from, to }: Span): TypeOf<typeof policyChangesSchema> {
  return book
    .comingIntoForce(from, to)
    .map(({ at, kind, version }) => ({ effectiveFrom: formatTime(at), kind, version }));
}
