import { formatTime, type Json, NotFound, type PolicyRecord } from '#event-sourcing';
import { anything, flag, list, nullable, object, position, text, time, type TypeOf } from '../schema.js';
import { asOfOf, knownUpTo } from './known-up-to.js';
import { answerFrame, type QueryContext, type TenantQuery } from './query-context.js';

/** The kinds of policies that a tenant publishes. */
export type PolicyType = 'ScoringPolicyPublished' | 'SlaPolicyPublished' | 'BusinessHoursPublished';

/** A policy as it was published. */
export const policySchema = object({
  id: text('`<policy>@<version>`'),
  eventId: text(),
  recordedAt: time(),
  position: position(),
  effectiveFrom: nullable(time('null: always')),
  inForce: flag('whether it is the one that holds at the moment asked about'),
  policy: anything('as it was published'),
});
export type PublishedPolicy = TypeOf<typeof policySchema>;

/** All publications of one kind, in the order of their recording. */
export const policiesSchema = object({ ...answerFrame, items: list(policySchema), next: nullable(text()) });

/** Which publications: of one kind, of a tenant. */
export interface PoliciesQuery extends TenantQuery {
  readonly type: PolicyType;
}

/**
 * All that a tenant has published of one kind, in the order of their recording, which decides: what holds is the last
 * one whose `effectiveFrom` has come.
 */
export function publishedPolicies(
  query: QueryContext,
  question: PoliciesQuery,
): Promise<TypeOf<typeof policiesSchema>> {
  return query.reader.snapshot(async (reader) => {
    const known = await knownUpTo(reader, query, question.tenant, question.at);
    const asOf = asOfOf(query, question, known.tenant?.lastAt ?? null);
    const { at } = known;
    const published = (known.tenant?.policies ?? []).filter(
      ({ type, position: recorded }) => type === question.type && (at === undefined || recorded <= at),
    );
    const inForce = published.findLast(({ effectiveFrom }) => (effectiveFrom ?? -Infinity) <= asOf);
    return {
      asOf: formatTime(asOf),
      position: String(known.position),
      items: published.map((record) => shown(record, record === inForce)),
      next: null,
    };
  });
}

/** One publication by its id, or by its event's. Throws NotFound. */
export async function publishedPolicy(
  query: QueryContext,
  question: PoliciesQuery & { readonly id: string },
): Promise<PublishedPolicy> {
  const { items } = await publishedPolicies(query, question);
  const found = items.find(({ id, eventId }) => id === question.id || eventId === question.id);
  if (found === undefined) throw new NotFound('there is no such policy', { id: question.id });
  return found;
}

function shown(record: PolicyRecord, inForce: boolean): PublishedPolicy {
  const { eventId, recordedAt, effectiveFrom, data } = record;
  const policy = JSON.parse(data) as { readonly [field: string]: Json };
  return {
    id: `${String(policy['policy'])}@${String(policy['version'])}`,
    eventId,
    recordedAt,
    position: String(record.position),
    effectiveFrom: effectiveFrom === null ? null : formatTime(effectiveFrom),
    inForce,
    policy,
  };
}
