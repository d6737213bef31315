import { createRequire } from 'node:module';
import { expect, it } from '@jest/globals';
import { LIMITS } from '#event-sourcing';
import { readRecord } from './kafka-record.js';
import { limitHeaders } from './limit-headers.js';
import type { RecordHeaders } from './record-headers.js';

type Decode = (decoder: object, batch: object) => { value: Buffer | null; headers: RecordHeaders };

const require = createRequire(import.meta.url);
const Decoder = require('kafkajs/src/protocol/decoder.js') as new (bytes: Buffer) => object;
const decode = require('kafkajs/src/protocol/recordBatch/record/v0/decoder.js') as Decode;

/** A number as Kafka writes it. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = ((value << 1) ^ (value >> 31)) >>> 0;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return [...bytes, rest];
}

/** A record of the format 2 with no key, `{"id":"7"}` as its value and this many headers of different names. */
function decoded(count: number) {
  const value = Buffer.from('{"id":"7"}');
  const headers = Array.from({ length: count }, (_, i) => {
    const name = Buffer.from(`h${i}`);
    return [...varint(name.length), ...name, ...varint(-1)];
  });
  const body = [...varint(0), ...varint(0), ...varint(-1), ...varint(value.length), ...value];
  const bytes = Buffer.from([0, ...body, ...varint(count), ...headers.flat()]);
  return decode(new Decoder(bytes), { firstOffset: '0', firstTimestamp: '0' });
}

it('C3: a record with very many headers is read in a moment, and refused with its reason', () => {
  limitHeaders();
  // Unlimited, these 60,000 would take kafkajs more than half an hour.
  expect(readRecord(decoded(60_000), ['default'])).toMatchObject({ code: 'too-many-headers' });
  expect(readRecord(decoded(LIMITS.kafkaHeaders), ['default'])).toEqual({
    tenant: 'default',
    input: { id: '7' },
  });
});
