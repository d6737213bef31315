import { canonicalJson, type Json } from '#event-sourcing';
import { type SealingKeys } from '../keys/customer-keys.js';
import { keyedHash } from './keyed-hash.js';

/** What two deliveries of the same event have in common: the content, without attributes of transport. */
export interface EventContent {
  readonly type: string;
  /** Absent on a tenant's own events. */
  readonly subject?: string;
  /** As sent. */
  readonly time: string;
  readonly sequence?: string;
  /** As sent, before sealing. */
  readonly data: Json;
}

/**
 * HMAC-SHA-256 under the customer's key of the content's canonical JSON: the first 16 bytes, as 32 hexadecimal
 * digits. Keyed, because a bare hash of a short text can be guessed. `dataText` is the canonical JSON of `data`
 * for those who have it already.
 */
export function contentHash(
  keys: SealingKeys,
  content: EventContent,
  dataText = canonicalJson(content.data),
): string {
  const { sequence, subject, time, type } = content;
  const text =
    `{"data":${dataText}` +
    (sequence === undefined ? '' : `,"sequence":${JSON.stringify(sequence)}`) +
    (subject === undefined ? '' : `,"subject":${JSON.stringify(subject)}`) +
    `,"time":${JSON.stringify(time)},"type":${JSON.stringify(type)}}`;
  return keyedHash(keys.contentHash, text).slice(0, 32);
}
