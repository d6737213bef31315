import { createRequire } from 'node:module';
import { LIMITS } from '#event-sourcing';

interface Header {
  readonly key: string | null;
  readonly value: Buffer | null;
}

/** The part of kafkajs's decoder that reads a record's headers. */
interface Decoder {
  readVarIntArray(read: (decoder: Decoder) => Header): readonly Header[];
}

/** The one header of a record that had more than `LIMITS.kafkaHeaders`. */
export const TOO_MANY_HEADERS = 'cx-too-many-headers';

const { prototype } = createRequire(import.meta.url)('kafkajs/src/protocol/decoder.js') as {
  readonly prototype: Decoder;
};
const readAll = prototype.readVarIntArray;

function readLimited(this: Decoder, read: (decoder: Decoder) => Header): readonly Header[] {
  const headers = readAll.call(this, read);
  return headers.length <= LIMITS.kafkaHeaders ? headers : [{ key: TOO_MANY_HEADERS, value: null }];
}

/**
 * Makes kafkajs drop the headers of a record that has too many: it copies all of them for each one, so that a record of 55 kB
 * held the thread for 42 s. Process-wide, as kafkajs's decoder is; calling it again changes nothing.
 */
export function limitHeaders(): void {
  prototype.readVarIntArray = readLimited;
}
