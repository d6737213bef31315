import { canonicalJson, eventIdOf, streamName } from '#event-sourcing';
import { contentHash, sealData, sealExtensions, type SealingKeys } from '#privacy';
import { type NewEvent } from '#event-store';
import type { CheckedEvent } from '#journey';
import type { Publisher } from './intake-answer.js';

/** An event that is ready to be recorded, except for `recordedAt`. */
export class DraftEvent {
  private constructor(
    readonly eventId: string,
    readonly about: { readonly stream: string; readonly type: string; readonly contentHash: Uint8Array },
    private readonly textBefore: string,
    private readonly textAfter: string,
  ) {}

  /** Seals and hashes. The canonical JSON is concatenated directly: its members are in the order of RFC 8785. */
  static of(event: CheckedEvent, publisher: Publisher, keys: SealingKeys): DraftEvent {
    const { id, source, type, customer, time, sequence, correlationId, causationId } = event;
    const { tenant } = publisher;
    const eventId = eventIdOf(tenant, source, id);
    const dataText = canonicalJson(event.data);
    const hash = contentHash(keys, { type, subject: customer, time, sequence, data: event.data }, dataText);
    const data = sealData(keys, eventId, event.data, event.schema, dataText);
    const extensions = sealExtensions(keys, eventId, event.extensions, event.unknownExtensions);
    const before =
      `{${member('causationId', causationId)}"contentHash":"${hash}",${member('correlationId', correlationId)}` +
      `${member('customer', customer)}"data":${data === event.data ? dataText : canonicalJson(data)},` +
      `"envelopeVersion":1,"eventId":"${eventId}",` +
      (extensions === undefined ? '' : `"extensions":${canonicalJson(extensions)},`) +
      `${member('id', id)}${member('occurredAt', time)}${member('publisher', publisher.id)}"recordedAt":"`;
    const after =
      `",${member('sequence', sequence)}${member('source', source)}` +
      `${member('tenant', tenant)}"type":${JSON.stringify(type)}}`;
    const stream = streamName({ tenant, customer, type });
    return new DraftEvent(eventId, { stream, type, contentHash: Buffer.from(hash, 'hex') }, before, after);
  }

  /** UTF-8 bytes of the event as it will be recorded. */
  size(): number {
    return Buffer.byteLength(this.textBefore) + Buffer.byteLength(this.textAfter) + TIME_LENGTH;
  }

  /** The same draft under another content hash: that of the recorded event that means the same. */
  withHash(contentHash: string): DraftEvent {
    const about = { ...this.about, contentHash: Buffer.from(contentHash, 'hex') };
    return new DraftEvent(this.eventId, about, this.textBefore, this.textAfter);
  }

  /** The event as it is recorded; `recordedAt` in milliseconds, and `text`, as `formatTime` writes it. */
  recordedAt(recordedAt: number, text: string): NewEvent {
    const bytes = Buffer.from(this.textBefore + text + this.textAfter, 'utf8');
    return { ...this.about, eventId: this.eventId, recordedAt, bytes };
  }
}

const TIME_LENGTH = '2026-01-31T10:00:00.000Z'.length;

function member(name: string, value: string | undefined): string {
  return value === undefined ? '' : `"${name}":${JSON.stringify(value)},`;
}
