import { expect, it } from '@jest/globals';
import { duration, table } from './print.js';

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

it.each([
  [9.94, '9.9 s'],
  [119.6, '120 s'],
  [7_199, '2 h 0 min'],
  [17_990, '5 h 0 min'],
  [172_799, '2 d 0 h'],
  [431_990, '5 d 0 h'],
])('12.4: %d seconds are %s: what is rounded up carries over', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});
