import { createCipheriv, createDecipheriv } from 'node:crypto';
import { StoreFault } from '#event-sourcing';
import { type SealingKeys } from '../keys/customer-keys.js';
import { encryptionKey } from './encryption-key.js';
import { keyedHash } from './keyed-hash.js';

const NONCE = 12;
const TAG = 16;

/** A sealed value as it is written in a recorded event: base64url of nonce, ciphertext and tag. */
export interface SealedValue {
  readonly $sealed: string;
}

/** The place of a value. It is authenticated, so a sealed value cannot be moved to another event or member. */
export interface SealedPlace {
  readonly eventId: string;
  /** RFC 6901 pointer from the root of the recorded event. */
  readonly pointer: string;
}

/**
 * Seals a canonical JSON text with AES-256-GCM. The nonce is the first 96 bits of an HMAC over place and text: the
 * same event sealed again gives the same bytes, and two texts never share a nonce (but by a collision of 96 bits).
 */
export function sealText(keys: SealingKeys, place: SealedPlace, text: string): SealedValue {
  // The pointer's length is part of the input, so that no two (pointer, text) pairs give the same input.
  const named = `${place.eventId}${place.pointer.length}:${place.pointer}${text}`;
  const nonce = Buffer.from(keyedHash(keys.nonce, named).slice(0, NONCE * 2), 'hex');
  const cipher = createCipheriv('aes-256-gcm', encryptionKey(keys), nonce);
  cipher.setAAD(bindingOf(place));
  const ciphertext = cipher.update(text, 'utf8');
  cipher.final();
  return { $sealed: Buffer.concat([nonce, ciphertext, cipher.getAuthTag()]).toString('base64url') };
}

/** The text sealed at this place. Throws StoreFault `sealed-value-damaged` when it is not what was sealed there. */
export function openText(keys: SealingKeys, place: SealedPlace, sealed: SealedValue): string {
  const bytes = Buffer.from(sealed.$sealed, 'base64url');
  try {
    const decipher = createDecipheriv('aes-256-gcm', encryptionKey(keys), bytes.subarray(0, NONCE), {
      authTagLength: TAG,
    });
    decipher.setAAD(bindingOf(place));
    decipher.setAuthTag(bytes.subarray(bytes.length - TAG));
    const text = decipher.update(bytes.subarray(NONCE, bytes.length - TAG), undefined, 'utf8');
    return text + decipher.final('utf8');
  } catch {
    throw new StoreFault(
      'sealed-value-damaged',
      `event ${place.eventId}: the sealed value at ${place.pointer} cannot be opened with its customer's key; ` +
        'the event was changed after it was recorded, or the key store is another one',
      { ...place },
    );
  }
}

function bindingOf(place: SealedPlace): Buffer {
  // Event ids all have the same length, so the concatenation is unambiguous.
  return Buffer.from(place.eventId + place.pointer, 'utf8');
}
