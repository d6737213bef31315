import { formatTime, type Json, NotFound, type PolicyRecord } from '#event-sourcing';
import type { AnswerFrame, Asker, Moment, PageOf } from './asker.js';
import { asOfOf, knowledgeAt } from './moment.js';

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
  question: PoliciesQuestion,
): Promise<AnswerFrame & PageOf<PublishedPolicy>> {
  return asker.reader.snapshot(async (reader) => {
    const { tenant, type } = question;
    const known = await knowledgeAt(reader, asker, tenant, question.at);
    const asOf = asOfOf(asker, question, await reader.lastOccurredAt(tenant));
    const published = (await reader.policies(tenant, known.at)).filter((record) => record.type === type);
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
  asker: Asker,
  question: PoliciesQuestion & { readonly id: string },
): Promise<PublishedPolicy> {
  const { items } = await publishedPolicies(asker, question);
  const found = items.find(({ id, eventId }) => id === question.id || eventId === question.id);
  if (found === undefined) throw new NotFound('there is no such policy', { id: question.id });
  return found;
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
