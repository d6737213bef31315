import { decodeEvent, type RecordedEvent, sha256 } from '#event-sourcing';
import type { StoredEvent } from './event-store.js';

/** SHA-256 of an event's bytes as stored, in hexadecimal. */
export function eventHash({ bytes }: StoredEvent): string {
  return Buffer.from(sha256(bytes)).toString('hex');
}

/**
 * One recorded event in JSON, without the closing brace. `event` stands in it as the very bytes that are stored, which are
 * canonical JSON (RFC 8785): `hash` is their SHA-256.
 */
export function openEventText(stored: StoredEvent, event: RecordedEvent = decodeEvent(stored.bytes)): string {
  const { bytes, entry, position, revision } = stored;
  const { occurredAt, recordedAt } = event;
  const place = {
    entry,
    position: position.toString(),
    revision,
    occurredAt,
    recordedAt,
    hash: eventHash(stored),
  };
  return `${JSON.stringify(place).slice(0, -1)},"event":${Buffer.from(bytes).toString('utf8')}`;
}
