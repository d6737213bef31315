import { describe, expect, it } from '@jest/globals';
import { suggestion } from './suggestion.js';

describe('a suggestion', () => {
  it('is suggested, or else what there is', () => {
    expect(suggestion('nmuber', ['number'])).toBe(' – did you mean "number"?');
    expect(suggestion('zzz', ['number', 'day'])).toBe(' – there are: number, day');
  });
});
