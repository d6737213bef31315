import { describe, expect, it } from '@jest/globals';
import { requestIdOf } from './request-id.js';

const idOf = (given?: string) => requestIdOf({ headers: { 'x-request-id': given } });

describe('a request’s id', () => {
  it('is the one it brought, if harmless', () => {
    expect(idOf('desk-42:a')).toBe('desk-42:a');
  });

  it('is a new UUID otherwise', () => {
    const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4/;
    expect(idOf()).toMatch(uuid);
    expect(idOf('a b')).toMatch(uuid);
    expect(idOf('x'.repeat(101))).toMatch(uuid);
  });
});
