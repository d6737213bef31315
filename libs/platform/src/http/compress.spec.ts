import { describe, expect, it } from '@jest/globals';
import { preferredEncoding } from './compress.js';

describe('B9: the encoding of an answer', () => {
  it.each([
    [undefined, undefined],
    ['', undefined],
    ['identity', undefined],
    ['gzip', 'gzip'],
    ['GZIP', 'gzip'],
    ['gzip, deflate, br', 'br'],
    ['br;q=0.5, gzip;q=0.8', 'gzip'],
    ['br;q=0, gzip;q=0', undefined],
    ['*', 'br'],
    ['*;q=0', undefined],
    ['gzip;q=0, *', 'br'],
    ['gzip;q=0.3, identity', undefined],
    ['deflate, zstd', undefined],
    ['gzip;q=x', undefined],
  ])('for Accept-Encoding %j is %j', (accepted, encoding) => {
    expect(preferredEncoding(accepted)).toBe(encoding);
  });
});
