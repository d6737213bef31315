import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createHmac } from 'node:crypto';
import { keyedHash } from './keyed-hash.js';

describe('the keyed hash', () => {
  it('gives the digest of RFC 4231, test case 2', () => {
    expect(keyedHash(Buffer.from('Jefe'), 'what do ya want for nothing?')).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });

  it('is HMAC-SHA-256 for any key of a block and any text', () => {
    const key = fc.uint8Array({ minLength: 1, maxLength: 64 });
    const text = fc.string({ unit: 'grapheme', maxLength: 200 });
    fc.assert(
      fc.property(key, text, fc.constantFrom(1, 3, 400), (bytes, part, times) => {
        const whole = part.repeat(times);
        expect(keyedHash(bytes, whole)).toBe(createHmac('sha256', bytes).update(whole).digest('hex'));
      }),
    );
  });

  it('leaves nothing of a long text, or of a longer key, behind for a short one', () => {
    const key = Buffer.alloc(32, 1);
    const before = keyedHash(key, 'short');
    keyedHash(key, 'x'.repeat(5_000));
    keyedHash(key, 'y'.repeat(100_000));
    keyedHash(Buffer.alloc(64, 2), 'z');
    expect(keyedHash(key, 'short')).toBe(before);
  });
});
