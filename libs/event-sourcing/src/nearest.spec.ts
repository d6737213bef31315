import { describe, expect, it } from '@jest/globals';
import { nearest } from './nearest.js';

describe('the nearest name', () => {
  it('is found over one slip of each kind', () => {
    const known = ['caller_id', 'number', 'opened_at'];
    expect(nearest('caler_id', known)).toBe('caller_id');
    expect(nearest('callerr_id', known)).toBe('caller_id');
    expect(nearest('cakler_id', known)).toBe('caller_id');
    expect(nearest('calelr_id', known)).toBe('caller_id');
    expect(nearest('Number', known)).toBe('number');
  });

  it('is none when nothing is near', () => {
    expect(nearest('colour', ['caller_id', 'number'])).toBeUndefined();
    expect(nearest('x', ['number'])).toBeUndefined();
  });
});
