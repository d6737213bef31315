import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { eventIdOf, uuidBytes, uuidText } from './event-id.js';

describe('the id of an event', () => {
  // Made with Python's uuid5 of the same name space and name.
  it.each([
    ['default', '/crm', '1', '720b66f8-5141-5542-a90b-4fd214eb2b96'],
    ['a', 'urn:x', 'Größe 😀', 'e2d32fbb-8d05-544e-8b33-9036b3e43f2c'],
    ['default', '/crm', 'x'.repeat(3_000), '2fae61b5-db7a-5601-bb62-8bdef6752ad8'],
  ])('of tenant %s, source %s and its id is UUID v5', (tenant, source, id, expected) => {
    expect(eventIdOf(tenant, source, id)).toBe(expected);
  });

  it('is the first half of SHA-1 with version and variant laid over, for any name', () => {
    const part = fc.string({ unit: 'grapheme', maxLength: 40 });
    fc.assert(
      fc.property(part, part, part, (tenant, source, id) => {
        const name = Buffer.from(JSON.stringify([tenant, source, id]));
        const digest = createHash('sha1')
          .update('6f1d3f0a9b5e4c28a7d41c0e52b8f963', 'hex')
          .update(name)
          .digest();
        digest[6] = (digest[6]! & 0x0f) | 0x50;
        digest[8] = (digest[8]! & 0x3f) | 0x80;
        expect(Buffer.from(uuidBytes(eventIdOf(tenant, source, id))).equals(digest.subarray(0, 16))).toBe(
          true,
        );
      }),
    );
  });

  it('tells apart what would run together', () => {
    const ids = [
      eventIdOf('a', 'b', 'c'),
      eventIdOf('a', 'bc', ''),
      eventIdOf('ab', '', 'c'),
      eventIdOf('a', 'b","', 'c'),
    ];
    expect(new Set(ids).size).toBe(4);
  });

  it('goes to bytes and back', () => {
    const id = eventIdOf('default', '/crm', '1');
    expect(uuidBytes(id)).toHaveLength(16);
    expect(uuidText(uuidBytes(id))).toBe(id);
  });
});
