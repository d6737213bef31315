import { describe, expect, it } from '@jest/globals';
import { nearest, suggestion } from './nearest.js';

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

  it('is suggested, or else what there is', () => {
    expect(suggestion('nmuber', ['number'])).toBe(' – did you mean "number"?');
    expect(suggestion('zzz', ['number', 'day'])).toBe(' – there are: number, day');
  });
});
