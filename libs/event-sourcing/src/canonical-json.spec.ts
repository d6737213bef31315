import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson, type Json } from './canonical-json.js';

const anyJson: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.constantFrom<Json>(null, true, false, 0, -1.5, 1e21, 1e-7),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.string({ unit: 'grapheme' }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.oneof(fc.string(), fc.constantFrom('1', '9', '10', '__proto__', 'ü', '\ud83d\ude00', '\ufb33')),
      tie('value'),
    ),
  ),
})).value;

/** The text by the letter of RFC 8785, member by member. */
function byTheLetter(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(byTheLetter).join(',')}]`;
  const names = Object.keys(value).sort((a, b) => (a < b ? -1 : 1));
  return `{${names.map((name) => `${JSON.stringify(name)}:${byTheLetter(Object.entries(value).find(([key]) => key === name)![1])}`).join(',')}}`;
}

describe('canonical JSON', () => {
  it('is what RFC 8785 shows in section 3.2.3 and 3.2.2', () => {
    const sorted = {
      '€': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew',
      '1': 'One',
      '\ud83d\ude00': 'Smiley',
      '\u0080': 'Control',
      ö: 'Latin',
    };
    expect(canonicalJson(sorted)).toBe(
      '{"\\r":"Carriage Return","1":"One","\u0080":"Control","ö":"Latin","€":"Euro Sign","\ud83d\ude00":"Smiley","\ufb33":"Hebrew"}',
    );
    const printed = {
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 1e-27],
      string: '€$\u000f\nA\'B"\\\\"/',
      literals: [null, true, false],
    };
    expect(canonicalJson(printed)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('is the same by the letter for any value, and says the same value', () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        const text = canonicalJson(value);
        expect(text).toBe(byTheLetter(value));
        expect(canonicalJson(JSON.parse(text) as Json)).toBe(text);
      }),
      { numRuns: 1_000 },
    );
  });

  it('orders names that look like numbers as text, at any depth', () => {
    expect(canonicalJson({ '9': 1, '10': 2, a: { b: 1, '0': 2 } })).toBe('{"10":2,"9":1,"a":{"0":2,"b":1}}');
  });

  it('keeps a member named __proto__', () => {
    expect(canonicalJson(JSON.parse('{"b":1,"__proto__":{"z":1,"a":2}}') as Json)).toBe(
      '{"__proto__":{"a":2,"z":1},"b":1}',
    );
  });

  it('leaves out members that are undefined', () => {
    expect(canonicalJson({ b: undefined, a: 1 })).toBe('{"a":1}');
  });

  it('refuses what JSON has not', () => {
    for (const value of [NaN, Infinity, { a: [1, -Infinity] }, { '1': NaN }]) {
      expect(() => canonicalJson(value)).toThrow(RangeError);
    }
  });
});
