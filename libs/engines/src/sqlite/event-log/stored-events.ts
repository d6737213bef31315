import { storedPosition } from '#event-sourcing';
import type { StoredEvent } from '#event-store';

/** Events as sent between threads: columns and bytes in one buffer to transfer. */
export interface PackedEvents {
  readonly count: number;
  readonly buffer: ArrayBuffer;
}

/** Bytes of the columns of one event: position 8, revision 4, end 4. */
const COLUMNS = 16;

export function packEvents(events: readonly StoredEvent[]): PackedEvents {
  const count = events.length;
  const bytes = events.reduce((sum, event) => sum + event.bytes.length, 0);
  const buffer = new ArrayBuffer(COLUMNS * count + bytes);
  const { positions, revisions, ends, data } = columns(buffer, count);
  let end = 0;
  events.forEach((event, i) => {
    positions[i] = Number(event.position);
    revisions[i] = event.revision;
    data.set(event.bytes, end);
    ends[i] = end += event.bytes.length;
  });
  return { count, buffer };
}

export function unpackEvents({ count, buffer }: PackedEvents): StoredEvent[] {
  const { positions, revisions, ends, data } = columns(buffer, count);
  const events: StoredEvent[] = [];
  for (let i = 0; i < count; i++) {
    const position = positions[i]!;
    events.push({
      position: storedPosition(position),
      entry: position - 1,
      revision: revisions[i]!,
      bytes: data.subarray(i === 0 ? 0 : ends[i - 1]!, ends[i]!),
    });
  }
  return events;
}

function columns(buffer: ArrayBuffer, count: number) {
  return {
    positions: new Float64Array(buffer, 0, count),
    revisions: new Uint32Array(buffer, 8 * count, count),
    ends: new Uint32Array(buffer, 12 * count, count),
    data: new Uint8Array(buffer, COLUMNS * count),
  };
}
