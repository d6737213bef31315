import { decodeEvent, eventIdOf, type InputFault } from '#event-sourcing';
import type { EventStore } from '#event-store';
import { type CheckedEvent, touchpointOf } from '#journey';
import type { IntakeProblem } from './intake-answer.js';

/** What the log, and the request before the event, say of an event that is named. */
interface Target {
  readonly type: string;
  readonly customer?: string;
}

/** What speaks against a correction, or is to be said of it though it is recorded. */
export type Judgement = { readonly problem: IntakeProblem } | { readonly warning: InputFault } | undefined;

/**
 * Judges corrections by the log and by what stands before them in the request; never by views, which lag behind.
 * Only what is known to be wrong for ever is refused. Whatever later events can make right is recorded, and the folds
 * decide: so the end is the same in whichever order the events come. For the same reason merges and unmerges are
 * recorded always: one that joins who is joined already, or parts who is not, changes nothing in the fold.
 */
export class Plausibility {
  /** Events of this request by their event ids. */
  readonly #earlier = new Map<string, Target>();

  constructor(
    private readonly store: EventStore,
    private readonly tenant: string,
  ) {}

  async judge(event: CheckedEvent): Promise<Judgement> {
    const own = eventIdOf(this.tenant, event.source, event.id);
    const judgement = event.schema.kind === 'correction' ? await this.#correction(event, own) : undefined;
    if (judgement === undefined || !('problem' in judgement)) this.#earlier.set(own, event);
    return judgement;
  }

  async #correction(event: CheckedEvent, own: string): Promise<Judgement> {
    // A repeat is a repeat, whatever has happened since.
    if ((await this.store.find(own)) !== undefined) return undefined;
    const { eventSource, eventId } = event.data as { eventSource: string; eventId: string };
    const named = eventIdOf(this.tenant, eventSource, eventId);
    if (named === own) return refusal('the event names itself');
    const target = (await this.#recorded(named)) ?? this.#earlier.get(named);
    if (target === undefined) return undefined;
    const kind = touchpointOf(target.type)?.kind ?? 'touchpoint';
    if (kind !== 'touchpoint') return refusal(`a ${target.type} cannot be retracted, only touchpoints can`);
    if (target.customer === event.customer) return undefined;
    const detail =
      'the event named was recorded for another customer: the retraction counts only while both are merged';
    return { warning: { pointer: '/subject', detail } };
  }

  async #recorded(eventId: string): Promise<Target | undefined> {
    const position = await this.store.find(eventId);
    const stored = position === undefined ? undefined : await this.store.readAt(position);
    return stored === undefined ? undefined : decodeEvent(stored.bytes);
  }
}

function refusal(detail: string): Judgement {
  return { problem: { code: 'not-retractable', detail, errors: [{ pointer: '/data/eventId', detail }] } };
}
