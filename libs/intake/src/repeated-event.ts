import { decodeEvent, type Position, type RecordedEvent, StoreFault } from '#event-sourcing';
import type { StoredEvent } from '#event-store';
import { type CheckedEvent, differences, sameInstant } from '#journey';
import { type KeyStore, openEvent } from '#privacy';
import type { IntakeStore } from './intake-store.js';

/** How a sent event relates to the one recorded under its id. */
export interface Repeat {
  readonly recorded: StoredEvent;
  /**
   * Pointers to members that differ in meaning, `/data` where only sealed fields differ; empty when both events mean
   * the same.
   */
  readonly differs: readonly string[];
}

/**
 * Compares an event with the one recorded at a position under the same id, by meaning: the hashes of their contents
 * also differ where the same instant is written in two ways. Undefined where the recorded one cannot be read.
 */
export async function compareWithRecorded(
  sent: CheckedEvent,
  position: Position,
  { store, keys }: { readonly store: IntakeStore; readonly keys: KeyStore },
): Promise<Repeat | undefined> {
  const recorded = await readable(store, position);
  if (recorded === undefined) return undefined;
  const event = decodeEvent(recorded.bytes);
  const { tenant, customer } = event;
  const [found] = await keys.find([{ tenant, customer }]);
  // The customer was erased: from then on the id alone decides.
  if (found === undefined) return { recorded, differs: [] };
  const opened = opening(() => openEvent(event, found));
  if (opened === undefined) return undefined;
  const differs = [
    ...(sent.type === opened.type ? [] : ['/type']),
    ...(sent.customer === customer ? [] : ['/subject']),
    ...(sameInstant(sent.time, opened.occurredAt) ? [] : ['/time']),
    ...(Number(sent.sequence ?? 0) === Number(opened.sequence ?? 0) ? [] : ['/sequence']),
  ];
  if (sent.type !== opened.type) return { recorded, differs };
  const { fields, sealed } = differences(sent.schema.shape, sent.data, opened.data);
  differs.push(...fields.map((pointer) => `/data${pointer}`));
  return { recorded, differs: differs.length === 0 && sealed ? ['/data'] : differs };
}

/** Undefined where a sealed value was changed or the key is another one: only this event is affected. */
function opening(open: () => RecordedEvent): RecordedEvent | undefined {
  try {
    return open();
  } catch (error) {
    if (error instanceof StoreFault && error.code === 'sealed-value-damaged') return undefined;
    throw error;
  }
}

/** A damaged recorded event fails only its own repeat, not the rest of the request. */
async function readable(store: IntakeStore, position: Position): Promise<StoredEvent | undefined> {
  try {
    return await store.readAt(position);
  } catch (error) {
    if (error instanceof StoreFault) return undefined;
    throw error;
  }
}
