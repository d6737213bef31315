import { decodeEvent, eventIdOf } from '#event-sourcing';
import { type EventStore } from '#event-store';
import { type CheckedEvent, touchpointOf } from '#journey';
import type { IntakeProblem } from './intake-answer.js';

/** What is known of linked identities now: the customer under whom `customer` is folded, itself when unlinked. */
export interface SurvivorLookup {
  survivorOf(tenant: string, customer: string): Promise<string>;
}

/** What a correction or a merge is held against. */
export interface Knowledge {
  readonly store: EventStore;
  readonly survivors?: SurvivorLookup;
}

type Found = IntakeProblem | undefined;

/**
 * What speaks against recording a correction or a merge, as far as can be seen now; a fold ignores what could not be
 * seen. Only for events that are not there yet: a repeat is a repeat, whatever has happened since.
 */
export async function implausible(event: CheckedEvent, tenant: string, knowledge: Knowledge): Promise<Found> {
  if (event.schema.kind !== 'correction' && event.schema.kind !== 'identity') return undefined;
  const own = eventIdOf(tenant, event.source, event.id);
  if ((await knowledge.store.find(own)) !== undefined) return undefined;
  return event.schema.kind === 'correction'
    ? implausibleRetraction(event, tenant, own, knowledge)
    : implausibleLink(event, tenant, knowledge);
}

async function implausibleRetraction(
  event: CheckedEvent,
  tenant: string,
  own: string,
  { store, survivors }: Knowledge,
): Promise<Found> {
  const { eventSource, eventId } = event.data as { eventSource: string; eventId: string };
  const targetId = eventIdOf(tenant, eventSource, eventId);
  if (targetId === own) return problem('not-retractable', 'the event names itself', '/data/eventId');
  const position = await store.find(targetId);
  const stored = position === undefined ? undefined : await store.readAt(position);
  if (stored === undefined) return undefined;
  const target = decodeEvent(stored.bytes);
  const kind = touchpointOf(target.type)?.kind;
  if (kind !== undefined && kind !== 'touchpoint') {
    return problem(
      'not-retractable',
      `a ${target.type} cannot be retracted, only touchpoints can`,
      '/data/eventId',
    );
  }
  if (await samePerson(tenant, event.customer!, target.customer!, survivors)) return undefined;
  return problem(
    'other-customer',
    'the event named was recorded for another customer: send the retraction with that one as subject',
    '/subject',
  );
}

async function implausibleLink(
  event: CheckedEvent,
  tenant: string,
  { survivors }: Knowledge,
): Promise<Found> {
  const { mergedId } = event.data as { mergedId: string };
  if (event.schema.name !== 'CustomersMerged' || survivors === undefined) return undefined;
  if ((await survivors.survivorOf(tenant, event.customer!)) !== mergedId) return undefined;
  return problem(
    'merge-circle',
    `the subject is merged into ${mergedId} already: merge in that direction, or unmerge first`,
    '/data/mergedId',
  );
}

async function samePerson(tenant: string, one: string, other: string, survivors: SurvivorLookup | undefined) {
  if (one === other) return true;
  if (survivors === undefined) return false;
  return (await survivors.survivorOf(tenant, one)) === (await survivors.survivorOf(tenant, other));
}

function problem(code: string, detail: string, pointer: string): IntakeProblem {
  return { code, detail, errors: [{ pointer, detail }] };
}
