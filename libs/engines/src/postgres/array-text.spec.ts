import { expect, it } from '@jest/globals';
import { arrayText } from './array-text.js';

it('11.2: arrays are written as PostgreSQL reads them', () => {
  // Each by https://www.postgresql.org/docs/18/arrays.html#ARRAYS-IO, written by hand.
  expect(arrayText([])).toBe('{}');
  expect(arrayText([1, -2.5, 1e21, 1e-7])).toBe('{1,-2.5,1e+21,1e-7}');
  expect(arrayText([null, null])).toBe('{NULL,NULL}');
  // PostgreSQL takes NULL in any case.
  expect(arrayText([null, 1])).toBe('{null,1}');
  expect(arrayText([9007199254740993n, null])).toBe('{9007199254740993,NULL}');
  expect(arrayText([true, false])).toBe('{true,false}');
  expect(arrayText(['', 'a,b', 'NULL', 'say "no"', '{x}', 'Ärger 🙂', null])).toBe(
    '{"","a,b","NULL","say \\"no\\"","{x}","Ärger 🙂",null}',
  );
  expect(arrayText(['two\nlines', 'back\\slash'])).toBe('{"two\nlines","back\\\\slash"}');
  expect(arrayText(['', 'a,b', 'NULL', 'say "no"', 'back\\slash', '{x}', 'a\0b'])).toBe(
    '{"","a,b","NULL","say \\"no\\"","back\\\\slash","{x}","a\u2400b"}',
  );
  expect(arrayText([Uint8Array.of(0, 171), Buffer.from('xyz').subarray(1)])).toBe(
    '{"\\\\x00ab","\\\\x797a"}',
  );
});
