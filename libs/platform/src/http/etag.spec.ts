import { describe, expect, it } from '@jest/globals';
import { etagOf, namesTag } from './etag.js';

describe('an ETag', () => {
  it('is weak and the same for the same text', () => {
    expect(etagOf('{"a":1}')).toBe(etagOf('{"a":1}'));
    expect(etagOf('{"a":1}')).not.toBe(etagOf('{"a":2}'));
    expect(etagOf('')).toMatch(/^W\/"[A-Za-z0-9_-]{27}"$/);
  });

  it('is found in If-None-Match, weak or strong, alone or in a list', () => {
    const tag = 'W/"abc"';
    expect(namesTag('W/"abc"', tag)).toBe(true);
    expect(namesTag('"x", "abc"', tag)).toBe(true);
    expect(namesTag('*', tag)).toBe(true);
    expect(namesTag('"x"', tag)).toBe(false);
    expect(namesTag(undefined, tag)).toBe(false);
  });
});
