import { decodeEvent, eventIdOf, type InputFault } from '#event-sourcing';
import { type CheckedEvent, touchpointOf } from '#journey';
import type { IntakeProblem } from './intake-answer.js';
import type { IntakeStore } from './intake-store.js';

/** What is known of a named event from the log and from earlier events of the same request. */
interface Target {
  readonly type: string;
  readonly customer?: string;
}

/** Why a correction is refused, or a warning about one that is recorded. */
export type Judgement = { readonly problem: IntakeProblem } | { readonly warning: InputFault } | undefined;

/**
 * Checks corrections against the log and earlier events of the request; never against views, which lag behind. Only
 * what no later event can make valid is refused. Everything else is recorded, and the fold decides, so that the
 * result does not depend on the order of arrival. For the same reason merges and unmerges are always recorded:
 * merging customers who are merged already, or unmerging customers who are not, changes nothing in the fold.
 */
export class Plausibility {
  /** Events of this request by their event ids. */
  readonly #earlier = new Map<string, Target>();

  constructor(
    private readonly store: IntakeStore,
    private readonly tenant: string,
  ) {}

  async judge(event: CheckedEvent): Promise<Judgement> {
    const own = eventIdOf(this.tenant, event.source, event.id);
    const judgement = event.schema.kind === 'correction' ? await this.#correction(event, own) : undefined;
    if (judgement === undefined || !('problem' in judgement)) this.#earlier.set(own, event);
    return judgement;
  }

  async #correction(event: CheckedEvent, own: string): Promise<Judgement> {
    // A duplicate is answered as such, whatever was recorded since.
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
