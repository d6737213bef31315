/** Entries of a tile as tlog-tiles serves them: each behind its length in two bytes, the greater first. */
export function entryBundle(entries: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(entries.flatMap((entry) => [lengthOf(entry), entry]));
}

function lengthOf({ length }: Uint8Array): Uint8Array {
  return Buffer.of(length >> 8, length & 255);
}
