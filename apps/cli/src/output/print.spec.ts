import { expect, it } from '@jest/globals';
import { table } from './print.js';

it('C23: spells out what would drive a terminal in the texts of others', () => {
  const shown = table(
    ['key', 'label'],
    [
      ['a', '\u001b[2Jroot'],
      ['b', 'x\u202ey\nz'],
      ['c', 'Büro 東京 😀'],
    ],
  );
  expect(shown.split('\n')).toEqual([
    '  key  label',
    '  a    \\u{1b}[2Jroot',
    '  b    x\\u{202e}y\\u{a}z',
    '  c    Büro 東京 😀',
  ]);
});
