import { eventIdOf } from '#event-sourcing';
import type { CheckedEvent } from '#journey';
import type { KeyStore } from '#privacy';
import { ERASURE_SOURCE } from './erased-customers.js';
import type { IntakeAnswer } from './intake-answer.js';

/** A recorded merge that names a customer who was erased meanwhile. */
export interface MergeOfErased {
  /** Its number among the events. */
  readonly index: number;
  /** The CloudEvent that undoes it, at the same place of business order. */
  readonly undoing: object;
}

/**
 * Those of the recorded events that are merges with an erased customer. Another process may have marked the customer as
 * erased after this one had looked. It marks first and reads the log then, while here the event is recorded first and the
 * marks are read then: so at least one of the two finds the other.
 */
export async function mergesOfErased(
  tenant: string,
  events: readonly CheckedEvent[],
  answers: readonly IntakeAnswer[],
  keys: KeyStore,
): Promise<readonly MergeOfErased[]> {
  const merges = events.flatMap((event, index) =>
    event.schema.name === 'CustomersMerged' && answers[index]!.status === 'recorded'
      ? [{ event, index }]
      : [],
  );
  if (merges.length === 0) return [];
  const named = merges.flatMap(({ event }) => [event.customer, event.data['mergedId'] as string]);
  const owners = named.map((customer) => ({ tenant, customer }));
  const erased = await keys.erasedAmong(owners, { fresh: true });
  return merges.flatMap(({ event, index }, i) =>
    erased.has(2 * i) || erased.has(2 * i + 1) ? [{ index, undoing: undoingOf(tenant, event) }] : [],
  );
}

/** Its id is made of that of the merge, so that the same merge is undone once. */
function undoingOf(tenant: string, merge: CheckedEvent): object {
  const { source, id, customer: subject, time, sequence, data } = merge;
  return {
    ...{ specversion: '1.0', type: 'cx.CustomersUnmerged.v1', source: ERASURE_SOURCE },
    ...{
      id: eventIdOf(tenant, source, id),
      subject,
      time,
      ...(sequence !== undefined && { sequence }),
      data: { mergedId: data['mergedId'] },
    },
  };
}

/** What whoever sent it is told. */
export const UNDONE = {
  pointer: '/data/mergedId',
  detail: 'one of the two customers was erased while the merge was recorded: it is undone',
};
