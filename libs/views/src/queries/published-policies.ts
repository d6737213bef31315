import { formatTime, type Json, NotFound, type PolicyRecord, timeOrNull } from '#event-sourcing';
import type { PolicyType } from '#journey';
import { BUILT_IN_POLICIES, completePolicy } from '#scoring';
import {
  anything,
  flag,
  list,
  marker,
  nullable,
  object,
  optional,
  position,
  text,
  time,
  type TypeOf,
} from '../schema.js';
import { asOfOf, knownUpTo, limitOf } from './known-up-to.js';
import { answerFrame, type QueryContext, type TenantQuery } from './query-context.js';

/** A policy as it was published. */
export const policySchema = object({
  id: text('`<policy>@<version>`; of a built-in one `default@1` or the name of a preset'),
  builtIn: marker('present for one that is part of the product and was not published'),
  eventId: optional(text('absent for one that is built in')),
  recordedAt: optional(time('absent for one that is built in')),
  position: optional(position('of its publication; absent for one that is built in')),
  effectiveFrom: nullable(time('null: always')),
  inForce: flag('whether it is the one that holds at the moment asked about'),
  policy: anything('as it was published; of a built-in one what to publish to have the same'),
  complete: anything('with everything that it leaves out filled in: as it is applied'),
});
export type PublishedPolicy = TypeOf<typeof policySchema>;

/** All publications of one kind, in the order of their recording. */
export const policiesSchema = object({
  ...answerFrame,
  builtIn: list(policySchema, 'part of the product: what holds until one is published, and presets'),
  items: list(policySchema),
  next: nullable(text()),
});

/** Where the next page of publications begins: behind the one of position `after`. */
export const policiesPlace = object({ asOf: time(), at: position(), after: position() });

/** A page of publications; `next` is the place where the following page begins. */
export type PoliciesPage = Omit<TypeOf<typeof policiesSchema>, 'next'> & {
  readonly next: TypeOf<typeof policiesPlace> | null;
};

/** Which publications: of one kind, of a tenant. */
export interface PoliciesQuery extends TenantQuery {
  readonly type: PolicyType;
  readonly limit?: number;
  readonly place?: TypeOf<typeof policiesPlace>;
}

/**
 * All that a tenant has published of one kind, in the order of their recording, which decides: what holds is the last
 * one whose `effectiveFrom` has come.
 */
export function publishedPolicies(query: QueryContext, question: PoliciesQuery): Promise<PoliciesPage> {
  const limit = limitOf(question.limit);
  return query.reader.snapshot(async (reader) => {
    const { place, tenant } = question;
    const moment = place ?? question;
    const known = await knownUpTo(reader, query, tenant, moment.at);
    const asOf = asOfOf(query, moment, known.tenant?.lastAt ?? null);
    const { at } = known;
    const published = (known.tenant?.policies ?? []).filter(
      ({ type, position: recorded }) => type === question.type && (at === undefined || recorded <= at),
    );
    const inForce = published.findLast(({ effectiveFrom }) => (effectiveFrom ?? -Infinity) <= asOf);
    const behind = place === undefined ? -1n : BigInt(place.after);
    const rest = published.filter((record) => record.position > behind);
    const page = rest.slice(0, limit);
    const builtIn = builtInOf(question.type, inForce === undefined);
    const frame = { asOf: formatTime(asOf), position: String(known.position), builtIn };
    const items = page.map((record) => shown(record, record === inForce));
    if (rest.length <= limit) return { ...frame, items, next: null };
    const next = { asOf: frame.asOf, at: frame.position, after: String(page.at(-1)!.position) };
    return { ...frame, items, next };
  });
}

/** One publication by its id, or by its event's; or a built-in one. Throws NotFound. */
export async function publishedPolicy(
  query: QueryContext,
  question: PoliciesQuery & { readonly id: string },
): Promise<PublishedPolicy> {
  for (let place: PoliciesQuery['place']; ;) {
    const { builtIn, items, next } = await publishedPolicies(query, { ...question, limit: 1000, place });
    const found = [...items, ...builtIn].find(
      ({ id, eventId }) => id === question.id || eventId === question.id,
    );
    if (found !== undefined) return found;
    if (next === null) throw new NotFound('there is no such policy', { id: question.id });
    place = next;
  }
}

/** `isUnpublished`: none was published that holds, so the first of the built-in ones does. */
function builtInOf(type: PolicyType, isUnpublished: boolean): readonly PublishedPolicy[] {
  return BUILT_IN_POLICIES[type].map(({ id, policy, complete }, i) => ({
    ...{ id, builtIn: true, effectiveFrom: null, inForce: isUnpublished && i === 0, policy, complete },
  }));
}

function shown(record: PolicyRecord, inForce: boolean): PublishedPolicy {
  const { eventId, recordedAt, effectiveFrom, data } = record;
  const policy = JSON.parse(data) as { readonly [field: string]: Json };
  return {
    id: `${String(policy['policy'] ?? policy['model'])}@${String(policy['version'])}`,
    eventId,
    recordedAt,
    position: String(record.position),
    effectiveFrom: timeOrNull(effectiveFrom),
    inForce,
    policy,
    complete: completePolicy(record),
  };
}
