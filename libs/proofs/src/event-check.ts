import { canonicalJson, decodeEvent, eventIdOf, parseTime, streamName } from '#event-sourcing';
import type { Json, RecordedEvent } from '#event-sourcing';
import type { StoredEvent } from '#event-store';

/** Checks events one after another by themselves: what must hold of every event, whatever was signed. */
export class EventCheck {
  private recordedAt = 0;
  private readonly revisions = new Map<string, number>();

  /** What is wrong with the next event of the log, in words; undefined when nothing is. */
  faultOf({ bytes, revision }: StoredEvent): string | undefined {
    let event: RecordedEvent;
    try {
      event = decodeEvent(bytes);
    } catch {
      return 'is not JSON';
    }
    const { tenant, customer, type, source, id, eventId, recordedAt } = event;
    if (canonicalJson(event as unknown as Json) !== Buffer.from(bytes).toString('utf8'))
      return 'is not canonical JSON (RFC 8785)';
    if (eventId !== eventIdOf(tenant, source, id))
      return `its id is not that of source ${source} and id ${id}`;
    const time = parseTime(recordedAt);
    if (time === undefined || time < this.recordedAt)
      return `recordedAt ${recordedAt} is before that of the event before it`;
    this.recordedAt = time;
    return this.revisionFault(streamName({ tenant, customer, type }), revision);
  }

  private revisionFault(stream: string, revision: number): string | undefined {
    const expected = (this.revisions.get(stream) ?? -1) + 1;
    this.revisions.set(stream, revision);
    return revision === expected
      ? undefined
      : `has revision ${revision} in its stream, where ${expected} follows`;
  }
}
