import type { Json } from './canonical-json.js';

/**
 * An event as it is recorded, for ever: canonical JSON of this object is what is stored, hashed, exported and
 * relayed. Position and revision are the store's and stand outside.
 */
export interface RecordedEvent {
  readonly envelopeVersion: 1;
  /** UUID v5 of (tenant, source, id): see `eventIdOf`. */
  readonly eventId: string;
  readonly tenant: string;
  /** The customer as published; absent on the tenant's own events (policies). */
  readonly customer?: string;
  /** The CloudEvents type, `cx.<Name>.v<version>`. */
  readonly type: string;
  /** The CloudEvents source and id, as sent. */
  readonly source: string;
  readonly id: string;
  /** Business time, RFC 3339 as sent. */
  readonly occurredAt: string;
  /** When the ledger learnt of it, RFC 3339 UTC with milliseconds; never decreases within one writer. */
  readonly recordedAt: string;
  /** The CloudEvents extension `sequence` where it is `^[0-9]{1,15}$`. */
  readonly sequence?: string;
  /** Id of the API key (or the token's subject) under which it came. */
  readonly publisher: string;
  readonly correlationId?: string;
  readonly causationId?: string;
  /** As sent, with personal and unknown fields sealed. */
  readonly data: { readonly [field: string]: Json };
  /** Other extension attributes; unknown ones sealed. */
  readonly extensions?: { readonly [name: string]: Json };
  /** HMAC-SHA-256 under the customer's key, first 16 bytes, in hex, of the canonical content as sent. */
  readonly contentHash: string;
}

const decoder = new TextDecoder();

/** The event of stored bytes. */
export function decodeEvent(bytes: Uint8Array): RecordedEvent {
  return JSON.parse(decoder.decode(bytes)) as RecordedEvent;
}
