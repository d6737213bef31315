import { createHash } from 'node:crypto';
import { canonicalJson, eventIdOf } from '#event-sourcing';
import { type NewEvent } from '#event-store';

/** 2026-03-02T09:00:00.000Z: where the invented events begin. */
export const FIRST_INSTANT = Date.UTC(2026, 2, 2, 9);

/** An event to append: `id` decides its event id, `content` its data (and so its hash). */
export function newEvent(
  stream: string,
  id: string,
  more: { type?: string; content?: string; at?: number } = {},
): NewEvent {
  const { type = 'cx.ContactStarted.v1', content = 'as first sent', at = FIRST_INSTANT } = more;
  return {
    stream,
    type,
    eventId: eventIdOf('default', 'test', id),
    bytes: Buffer.from(canonicalJson({ content, id, stream, type })),
    contentHash: createHash('sha256').update(content).digest().subarray(0, 16),
    recordedAt: at,
  };
}

/** `count` events, ids `prefix-0`, `prefix-1`, … */
export function newEvents(stream: string, prefix: string, count: number): NewEvent[] {
  return Array.from({ length: count }, (_, i) => newEvent(stream, `${prefix}-${i}`));
}

/** The id that `newEvent` was given, out of stored bytes. */
export function idOf(bytes: Uint8Array): string {
  return (JSON.parse(Buffer.from(bytes).toString()) as { id: string }).id;
}
