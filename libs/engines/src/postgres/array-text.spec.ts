import { expect, it } from '@jest/globals';
import { arrayText } from './array-text.js';

it('11.2: arrays are written as PostgreSQL reads them', () => {
  // Each by https://www.postgresql.org/docs/18/arrays.html#ARRAYS-IO, written by hand.
  expect(arrayText([])).toBe('{}');
  expect(arrayText([1, -2.5, 9007199254740993n, null, true])).toBe('{1,-2.5,9007199254740993,NULL,true}');
  expect(arrayText(['', 'a,b', 'NULL', 'say "no"', 'back\\slash', '{x}', 'a\0b'])).toBe(
    '{"","a,b","NULL","say \\"no\\"","back\\\\slash","{x}","a\u2400b"}',
  );
  expect(arrayText([Uint8Array.of(0, 171), Buffer.from('xyz').subarray(1)])).toBe(
    '{"\\\\x00ab","\\\\x797a"}',
  );
});
