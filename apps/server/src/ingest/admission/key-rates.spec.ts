import { describe, expect, it } from '@jest/globals';
import { KeyRates } from './key-rates.js';

describe('the rates of keys', () => {
  let now = 0;
  const rates = () => new KeyRates(100, { now: () => now });

  it('allow a window’s quota at once, then what fills up evenly', () => {
    const own = rates();
    expect(own.allowance('k')).toEqual({ quota: 1_000, remaining: 1_000, resetSeconds: 0 });
    own.spend('k', 1_000);
    expect(own.allowance('k')).toEqual({ quota: 1_000, remaining: 0, resetSeconds: 10 });
    expect(own.secondsToWait('k')).toBe(1);
    now += 2_000;
    expect(own.allowance('k')).toEqual({ quota: 1_000, remaining: 200, resetSeconds: 8 });
    expect(own.secondsToWait('k')).toBe(0);
  });

  it('make those wait the longer who sent more than was left', () => {
    const own = rates();
    own.spend('k', 1_500);
    expect(own.secondsToWait('k')).toBe(6);
    now += 60_000;
    expect(own.allowance('k').remaining).toBe(1_000);
  });

  it('are each key’s own', () => {
    const own = rates();
    own.spend('k', 1_000);
    expect(own.allowance('other').remaining).toBe(1_000);
  });
});
