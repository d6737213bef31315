import { formatTime, type Json, NotFound, type PolicyRecord } from '#event-sourcing';
import type { AnswerFrame, Asker, Moment, Page, PageOf } from './asker.js';
import { asOfOf, knowledgeAt, limitOf } from './moment.js';

/** The kinds of policies that a tenant publishes. */
export type PolicyType = 'ScoringPolicyPublished' | 'SlaPolicyPublished' | 'BusinessHoursPublished';

/** A policy as it was published. */
export interface PublishedPolicy {
  /** `<policy>@<version>`. */
  readonly id: string;
  readonly eventId: string;
  readonly recordedAt: string;
  readonly position: string;
  /** Null: always. */
  readonly effectiveFrom: string | null;
  /** Whether it is the one that holds at the moment asked about. */
  readonly inForce: boolean;
  readonly policy: Json;
}

/** Where the next page of publications begins: behind the one of this position. */
export interface PoliciesPlace {
  readonly asOf: string;
  readonly at: string;
  readonly after: string;
}

/** Which publications: of one kind, of a tenant. */
export interface PoliciesQuestion extends Moment {
  readonly tenant: string;
  readonly type: PolicyType;
}

/**
 * All that a tenant has published of one kind, in the order of their recording, which decides: what holds is the last
 * one whose `effectiveFrom` has come.
 */
export function publishedPolicies(
  asker: Asker,
  question: PoliciesQuestion & Page<PoliciesPlace>,
): Promise<AnswerFrame & PageOf<PublishedPolicy, PoliciesPlace>> {
  const limit = limitOf(question.limit);
  return asker.reader.snapshot(async (reader) => {
    const { tenant, type, place } = question;
    const moment = place ?? question;
    const known = await knowledgeAt(reader, asker, tenant, moment.at);
    const asOf = asOfOf(asker, moment, await reader.lastOccurredAt(tenant));
    const published = (await reader.policies(tenant, known.at)).filter((record) => record.type === type);
    const inForce = published.findLast(({ effectiveFrom }) => (effectiveFrom ?? -Infinity) <= asOf);
    const behind = place === undefined ? -1n : BigInt(place.after);
    const rest = published.filter((record) => record.position > behind);
    const page = rest.slice(0, limit);
    const frame = { asOf: formatTime(asOf), position: String(known.position) };
    const items = page.map((record) => shown(record, record === inForce));
    if (rest.length <= limit) return { ...frame, items, next: null };
    const next = { asOf: frame.asOf, at: frame.position, after: String(page.at(-1)!.position) };
    return { ...frame, items, next };
  });
}

/** One publication by its id, or by its event's. Throws NotFound. */
export async function publishedPolicy(
  asker: Asker,
  question: PoliciesQuestion & { readonly id: string },
): Promise<PublishedPolicy> {
  for (let place: PoliciesPlace | undefined; ;) {
    const { items, next } = await publishedPolicies(asker, { ...question, limit: 1000, place });
    const found = items.find(({ id, eventId }) => id === question.id || eventId === question.id);
    if (found !== undefined) return found;
    if (next === null) throw new NotFound('there is no such policy', { id: question.id });
    place = next;
  }
}

function shown(record: PolicyRecord, inForce: boolean): PublishedPolicy {
  const { eventId, recordedAt, position, effectiveFrom, data } = record;
  const policy = JSON.parse(data) as { readonly [field: string]: Json };
  return {
    id: `${String(policy['policy'])}@${String(policy['version'])}`,
    eventId,
    recordedAt,
    position: String(position),
    effectiveFrom: effectiveFrom === null ? null : formatTime(effectiveFrom),
    inForce,
    policy,
  };
}
