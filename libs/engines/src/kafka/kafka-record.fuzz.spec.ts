import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readRecord } from './kafka-record.js';

const RUNS = Number(process.env['CX_FUZZ_RUNS'] ?? 2_000);
const NAMES = [
  'content-type',
  'Content-Type',
  'cx_tenant',
  'ce_tenant',
  'cx-undecodable',
  'ce_specversion',
] as const;

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 30 }),
  fc.string({ maxLength: 30 }).map((text) => Buffer.from(text)),
  fc
    .constantFrom('1.0', 'shop', 'application/cloudevents+json', 'application/json', '')
    .map((text) => Buffer.from(text)),
);
/** Java producers send null; kafkajs gives a list where a name comes twice. */
const value = fc.oneof(
  bytes,
  fc.constant(null),
  fc.array(fc.oneof(bytes, fc.constant(null)), { maxLength: 3 }),
);
const name = fc.oneof(
  fc.constantFrom(...NAMES),
  fc.string({ maxLength: 10 }).map((text) => `ce_${text}`),
  fc.constantFrom('__proto__', 'constructor', 'ce___proto__', 'CE_ID', 'ce_id', 'ce_'),
);
const headers = fc
  .array(fc.tuple(name, value), { maxLength: 8 })
  .map((entries) => Object.fromEntries(entries));
const body = fc.oneof(
  fc.constant(null),
  fc.uint8Array({ maxLength: 60 }),
  fc.json().map((text) => Buffer.from(text)),
  fc.constantFrom('{"a":1e999}', '{"a":1,"a":2}', '['.repeat(50)).map((text) => Buffer.from(text)),
);

describe('any Kafka record', () => {
  it('is read as an event or refused with a reason, in bounded words and for an allowed tenant', () => {
    fc.assert(
      fc.property(headers, body, (given, content) => {
        const read = readRecord({ headers: given as never, value: content as Buffer | null }, [
          'shop',
          'desk',
        ]);
        expect(['', 'shop', 'desk']).toContain(read.tenant);
        if ('input' in read) return expect(read.tenant).not.toBe('');
        expect([read.code, read.detail]).toEqual([
          expect.stringMatching(/^[a-z0-9-]+$/),
          expect.stringMatching(/\S/),
        ]);
        expect(read.detail.length).toBeLessThanOrEqual(1_000);
      }),
      { numRuns: RUNS },
    );
  });
});
