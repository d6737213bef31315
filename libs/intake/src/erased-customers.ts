import { decodeEvent, eventIdOf, LedgerError } from '#event-sourcing';
import type { CheckedEvent } from '#journey';
import type { KeyStore } from '#privacy';
import type { IntakeAnswer, IntakeProblem } from './intake-answer.js';
import type { IntakeStore } from './intake-store.js';

/** The source of the events by which the ledger records erasures. */
export const ERASURE_SOURCE = '/v1/customers/erasure';

/** What an event about an erased customer is answered with, by the event. */
export type ErasedAnswers = ReadonlyMap<CheckedEvent, IntakeAnswer>;

/**
 * Answers the events that concern erased customers. What was recorded before the erasure is a duplicate by its id
 * alone: its content can be compared with nothing any more. Anything new is refused, also a merge that names an erased
 * identity. Erasures themselves pass.
 */
export async function answersOfErased(
  tenant: string,
  events: readonly CheckedEvent[],
  { store, keys }: { readonly store: IntakeStore; readonly keys: KeyStore },
): Promise<ErasedAnswers> {
  const named = events.flatMap((event) => customersOf(event).map((customer) => ({ event, customer })));
  const erased = await keys.erasedAmong(named.map(({ customer }) => ({ tenant, customer })));
  const answers = new Map<CheckedEvent, IntakeAnswer>();
  for (const i of erased.keys()) {
    const { event, customer } = named[i]!;
    if (answers.has(event)) continue;
    const recorded = await recordedAnswer(tenant, event, store);
    answers.set(event, recorded ?? { status: 'rejected', id: event.id, problem: refusal(event, customer) });
  }
  return answers;
}

function customersOf({ customer, schema, data }: CheckedEvent): readonly string[] {
  if (customer === undefined || schema.kind === 'erasure') return [];
  return schema.kind === 'identity' ? [customer, data['mergedId'] as string] : [customer];
}

/** Whether a key could not be made because its customer was erased a moment ago. */
export function isErased(error: unknown): boolean {
  return error instanceof LedgerError && error.code === 'customer-erased';
}

async function recordedAnswer(
  tenant: string,
  { source, id }: CheckedEvent,
  store: IntakeStore,
): Promise<IntakeAnswer | undefined> {
  const position = await store.find(eventIdOf(tenant, source, id));
  const stored = position === undefined ? undefined : await store.readAt(position);
  if (stored === undefined || decodeEvent(stored.bytes).tenant !== tenant) return undefined;
  return { status: 'duplicate', id, position: stored.position, revision: stored.revision };
}

function refusal(event: CheckedEvent, customer: string): IntakeProblem {
  const pointer = customer === event.customer ? '/subject' : '/data/mergedId';
  const detail =
    pointer === '/subject'
      ? 'the customer was erased: nothing new is recorded under this id; a customer who comes back needs a new one'
      : 'this customer was erased: an erased identity can be neither merged nor unmerged';
  return { code: 'customer-erased', detail, errors: [{ pointer, detail }] };
}
