import { DAMAGED, ERASED, type FoundKey, packKeys, PACKED_KEYS_BYTES, unpackKeys } from '#privacy';
import { Transferring } from '#threads';

/** An owner's secret, or why there is none to give. */
export type Secret = Uint8Array | typeof DAMAGED | typeof ERASED;

/** The keys of several owners, in order, as they go from thread to thread. */
export interface FoundKeys {
  /** Packed one behind another (`packKeys`). */
  readonly packed: Uint8Array;
  /** `Presence` of each owner. */
  readonly presence: Uint8Array;
}

/** Whether an owner has keys, as a byte. */
const Presence = { none: 0, keys: 1, damaged: 2, erased: 3 } as const;

/** The keys of these secrets. */
export function packFound(secrets: readonly (Secret | undefined)[]): Transferring<FoundKeys> {
  const packed = new Uint8Array(secrets.length * PACKED_KEYS_BYTES);
  secrets.forEach((secret, i) => {
    if (secret instanceof Uint8Array) packKeys(secret, packed, i * PACKED_KEYS_BYTES);
  });
  const presence = Uint8Array.from(secrets, presenceOf);
  return new Transferring({ packed, presence }, [packed.buffer, presence.buffer]);
}

/** The reverse of `packFound`. */
export function unpackFound({ packed, presence }: FoundKeys): FoundKey[] {
  return Array.from(presence, (one, i) => {
    if (one === Presence.none) return undefined;
    if (one === Presence.erased) return ERASED;
    return one === Presence.damaged ? DAMAGED : unpackKeys(packed, i * PACKED_KEYS_BYTES);
  });
}

function presenceOf(secret: Secret | undefined): number {
  if (secret === undefined) return Presence.none;
  if (secret === ERASED) return Presence.erased;
  return secret === DAMAGED ? Presence.damaged : Presence.keys;
}
