import { describe, expect, it } from '@jest/globals';
import { csvOf } from './csv.js';
import { prefersCsv } from './json-text.js';

describe('12.3: an answer as CSV', () => {
  it('has a column for each member, with nothing for null, and is quoted where it must be', () => {
    const items = [
      { from: '2026-01-01', by: { team: 'a, "b"' }, value: -0.5, interval: null },
      { from: '2026-01-02', by: { team: null }, value: 1, interval: { low: 0, high: 1 }, tags: ['x', 'y'] },
    ];
    expect(csvOf({ items })!.split('\r\n')).toEqual([
      // An interval that is null has no column beside those of its members.
      'from,by.team,value,interval.low,interval.high,tags',
      '2026-01-01,"a, ""b""",-0.5,,,',
      '2026-01-02,,1,0,1,"[""x"",""y""]"',
      '',
    ]);
    expect(csvOf({ score: 1 })).toBeUndefined();
    expect(csvOf({ items: [] })).toBe('\r\n');
    expect(csvOf({ items: [{ before: null }] })).toBe('before\r\n\r\n');
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', '\nx', '＝1+1'])(
    'guards the text %j against being a formula',
    (text) => {
      const [, cell] = csvOf({ items: [{ name: text }] })!.split('\r\n');
      expect(cell!.replace(/^"/, '').startsWith(`'${text[0]!}`)).toBe(true);
    },
  );

  it.each([
    ['text/csv', true],
    ['text/csv, application/json;q=0.5', true],
    ['application/json', false],
    ['application/json, text/csv;q=0.9', false],
    ['*/*', false],
    [undefined, false],
  ])('is given for Accept %j: %j', (accept, csv) => {
    expect(prefersCsv(accept)).toBe(csv);
  });
});
