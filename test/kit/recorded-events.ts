import { canonicalJson, eventIdOf, formatTime, type Json, type RecordedEvent } from '#event-sourcing';

/** What matters of a recorded event in a test; the rest is filled in. */
export interface EventSpec {
  /** Name without version; always version 1. */
  readonly type: string;
  /** The CloudEvents id; the event id follows from it. */
  readonly id: string;
  /** Business time, ms. */
  readonly at: number;
  /** Absent: the tenant's own event. */
  readonly customer?: string;
  readonly data?: { readonly [field: string]: Json };
  readonly tenant?: string;
  readonly sequence?: number;
}

/** The source of all test events. */
export const SOURCE = '/told';

/** A recorded event as intake would make it, recorded the moment it happened. */
export function recordedEvent({
  type,
  id,
  at,
  customer,
  data,
  tenant = 'default',
  sequence,
}: EventSpec): RecordedEvent {
  return {
    envelopeVersion: 1,
    eventId: eventIdOf(tenant, SOURCE, id),
    tenant,
    ...(customer === undefined ? {} : { customer }),
    type: `cx.${type}.v1`,
    source: SOURCE,
    id,
    occurredAt: formatTime(at),
    recordedAt: formatTime(at),
    ...(sequence === undefined ? {} : { sequence: String(sequence) }),
    publisher: 'key-1',
    data: data ?? {},
    contentHash: '00112233445566778899aabbccddeeff',
  };
}

/** The bytes under which it is stored. */
export function storedBytes(event: RecordedEvent): Uint8Array {
  return Buffer.from(canonicalJson(event as unknown as Json));
}
