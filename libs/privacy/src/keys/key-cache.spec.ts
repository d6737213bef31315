import { beforeEach, describe, expect, it } from '@jest/globals';
import { KeyCache } from './key-cache.js';
import { sealingKeysOf } from './sealing-secret.js';

const keys = sealingKeysOf(Buffer.alloc(32, 1));
const owner = (customer?: string) => ({ tenant: 'default', customer });

describe('keys in memory', () => {
  let now = 0;
  beforeEach(() => {
    now = 0;
  });
  const cacheOf = (size: number) => new KeyCache(size, 60_000, () => now);

  it('are forgotten when their time is over, however often they were used', () => {
    const cache = cacheOf(10);
    cache.set(owner('a'), keys);
    now = 59_999;
    expect(cache.get(owner('a'))).toBe(keys);
    now = 60_000;
    expect(cache.get(owner('a'))).toBeUndefined();
  });

  it('are bounded in number: those not used for longest go first', () => {
    const cache = cacheOf(2);
    cache.set(owner('a'), keys);
    cache.set(owner('b'), keys);
    now = 1_000;
    cache.get(owner('a'));
    cache.set(owner('c'), keys);
    expect(['a', 'b', 'c'].map((name) => cache.get(owner(name)) !== undefined)).toEqual([true, false, true]);
  });

  it('tell a customer from the tenant itself and from another tenant', () => {
    const cache = cacheOf(10);
    cache.set(owner('a'), keys);
    expect(cache.get(owner())).toBeUndefined();
    expect(cache.get({ tenant: 'other', customer: 'a' })).toBeUndefined();
  });
});
