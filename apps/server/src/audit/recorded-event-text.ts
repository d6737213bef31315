import { decodeEvent, sha256 } from '#event-sourcing';
import type { SealingKeys } from '#privacy';
import type { StoredEvent } from '#event-store';
import { openEvent } from '#privacy';

/**
 * One recorded event in JSON. `event` stands in it as the very bytes that are stored, which are canonical JSON (RFC
 * 8785): `hash` is their SHA-256. With `opening`, `opened` holds data and extensions as they were sent; null stands
 * where the keys are gone.
 */
export function recordedEventText(
  stored: StoredEvent,
  opening?: { readonly keys: SealingKeys | undefined },
): string {
  const { bytes, entry, position, revision } = stored;
  const event = decodeEvent(bytes);
  const { occurredAt, recordedAt } = event;
  const hash = Buffer.from(sha256(bytes)).toString('hex');
  const place = JSON.stringify({
    entry,
    position: position.toString(),
    revision,
    occurredAt,
    recordedAt,
    hash,
  });
  const text = `${place.slice(0, -1)},"event":${Buffer.from(bytes).toString('utf8')}`;
  if (opening === undefined) return `${text}}`;
  const { data, extensions } = openEvent(event, opening.keys);
  return `${text},"opened":${JSON.stringify({ data, extensions })}}`;
}
