import { decodeEvent } from '#event-sourcing';
import { openEventText } from '#event-store';
import type { StoredEvent } from '#event-store';
import { openEvent } from '#privacy';
import type { SealingKeys } from '#privacy';

/**
 * One recorded event in JSON. With `opening`, `opened` holds data and extensions as they were sent; null stands where the
 * keys are gone.
 */
export function recordedEventText(
  stored: StoredEvent,
  opening?: { readonly keys: SealingKeys | undefined },
): string {
  const event = decodeEvent(stored.bytes);
  const text = openEventText(stored, event);
  if (opening === undefined) return `${text}}`;
  const { data, extensions } = openEvent(event, opening.keys);
  return `${text},"opened":${JSON.stringify({ data, extensions })}}`;
}
