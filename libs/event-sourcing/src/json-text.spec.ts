import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isExactNumber } from '../../../test/kit/exact-number.js';
import type { InvalidInput } from './errors.js';
import { readJsonItems, readJsonText } from './json-text.js';
import { LIMITS } from './limits.js';

const faultsOf = (text: string, depth?: number) =>
  readJsonText(text, depth).faults.map(({ code, pointer }) => `${code} ${pointer}`);

describe('reading a JSON text', () => {
  it('gives what JSON.parse gives, without a fault, for every value that was written from one', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), fc.integer({ min: 0, max: 3 }), (text, indent) => {
        const spaced = JSON.stringify(JSON.parse(text), null, indent);
        expect(readJsonText(spaced)).toEqual({ value: JSON.parse(spaced), faults: [] });
      }),
    );
  });

  it('refuses exactly the texts that JSON.parse refuses', () => {
    const pieces = fc.constantFrom(
      ...'{}[],:"\\ 0-1.e'.split(''),
      'true',
      'nul',
      '"a"',
      '1.5',
      '\n',
      '\u0001',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        expect(outcome(() => readJsonText(text).value)).toEqual(outcome(() => JSON.parse(text)));
      }),
      { numRuns: 2_000 },
    );
  });

  it('says where a text goes wrong, and never quotes it', () => {
    const fault = refusalOf('{"email": "ann@example.com",\n "x" 1}');
    expect(fault.code).toBe('malformed-json');
    expect(fault.message).toBe('this is not JSON: it goes wrong at line 2, column 6');
    expect(refusalOf('{"a":').message).toContain('its end');
    expect(refusalOf('{"a":"\\x"}').message).toContain('escaped');
  });

  it('finds members that are named twice, also when written differently', () => {
    expect(faultsOf('{"a":{"b":1,"b":2},"c":3}')).toEqual(['duplicate-key /a/b']);
    expect(faultsOf('[{"a":1},{"a":1,"\\u0061":1}]')).toEqual(['duplicate-key /1/a']);
    const many = Array.from({ length: 30 }, (_, i) => `"k${i}":0`).join();
    expect(faultsOf(`{${many},"k29":1}`)).toEqual(['duplicate-key /k29']);
    expect(faultsOf('{"a/b~":{"x":1,"x":1}}')).toEqual(['duplicate-key /a~1b~0/x']);
  });

  it('finds numbers that a double does not keep', () => {
    const list =
      '[1, 1.10, 9007199254740993, 12345678901234567890, 1e400, 0.1, 1E3, 5e-324, 1e-400, 0.30000000000000004]';
    expect(faultsOf(list)).toEqual([
      'lossy-number /2',
      'lossy-number /3',
      'lossy-number /4',
      'lossy-number /8',
    ]);
  });

  it('keeps every number that was printed from a double', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(faultsOf(JSON.stringify([value]))).toEqual([]);
      }),
    );
  });

  it('C5: ends at the first place that is too deep, however much stands behind it', () => {
    expect(faultsOf('[[[1]]]', 3)).toEqual([]);
    expect(refusalOf('[[[[1]]]]', 3)).toMatchObject({
      code: 'too-deep',
      faults: [{ pointer: '/0/0/0/0' }],
    });
    expect(refusalOf('['.repeat(100_000)).code).toBe('too-deep');
    expect(refusalOf(`${'['.repeat(100)} no JSON at all`).code).toBe('too-deep');
  });

  it('C2: names a long member once at most, and never whole', () => {
    const name = 'n'.repeat(400);
    const text = `{"${name}":[${Array.from({ length: 1_000 }, () => '1e999').join()}]}`;
    const { faults } = readJsonText(text);
    expect(faults).toHaveLength(LIMITS.jsonFaults);
    expect(faults[19]).toEqual({
      code: 'lossy-number',
      pointer: `/${'n'.repeat(63)}…/19`,
      detail: 'is more than a double keeps: send it as text, or with at most 15 digits',
    });
    const nested = `${`{"${name}":`.repeat(20)}1e999${'}'.repeat(20)}`;
    expect(readJsonText(nested).faults[0]!.pointer).toHaveLength(256);
  });

  it('C2: refuses a name of more than 512 characters', () => {
    expect(faultsOf(`{"${'n'.repeat(512)}":1}`)).toEqual([]);
    expect(faultsOf(`{"${'n'.repeat(513)}":1}`)).toEqual([`name-too-long /${'n'.repeat(63)}…`]);
    const emoji = readJsonText(`{"${'😀'.repeat(300)}":1}`).faults[0]!.pointer;
    expect(emoji).toBe(`/${'😀'.repeat(31)}…`);
  });

  it('C3: refuses a number of more than 64 characters by its length alone', () => {
    expect(faultsOf(`[1.${'0'.repeat(62)}]`)).toEqual([]);
    expect(faultsOf(`[1.${'0'.repeat(63)}]`)).toEqual(['lossy-number /0']);
    expect(faultsOf(`[0.1${'0'.repeat(200_000)}1]`)).toEqual(['lossy-number /0']);
  });

  it('judges numbers as exact decimal arithmetic does', () => {
    const digits = fc.stringMatching(/^-?(0|[1-9][0-9]{0,25})(\.[0-9]{1,25})?([eE][+-]?[0-9]{1,2})?$/);
    fc.assert(
      fc.property(digits, (number) => {
        expect(faultsOf(`[${number}]`)).toEqual(isExactNumber(number) ? [] : ['lossy-number /0']);
      }),
      { numRuns: 2_000 },
    );
  });

  it('reads a list item by item, each with its own faults', () => {
    const items = [...readJsonItems(' [ {"a":1,"a":2} , 3, [1e999] ] ')!];
    expect(items.map(({ json }) => json.value)).toEqual([{ a: 2 }, 3, [Infinity]]);
    expect(items.map(({ json }) => json.faults.map(({ pointer }) => pointer))).toEqual([['/a'], [], ['/0']]);
    expect([...readJsonItems('[]')!]).toEqual([]);
    expect(readJsonItems('{}')).toBeUndefined();
  });

  it('reads the items of exactly the lists that JSON.parse reads', () => {
    const pieces = fc.constantFrom(...'[],,1 "{}'.split(''), '"a"', '{"a":1}');
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 10 }), (parts) => {
        const text = `[${parts.join('')}]`;
        const read = outcome(() => [...readJsonItems(text)!].map(({ json }) => json.value));
        expect(read).toEqual(outcome(() => JSON.parse(text)));
      }),
      { numRuns: 2_000 },
    );
  });

  it('C5: refuses a list in which one item is larger than any event may be', () => {
    const text = `[1,["${'x'.repeat(LIMITS.jsonTextBytes)}"]]`;
    expect(() => [...readJsonItems(text)!]).toThrow('more than 1048576 characters');
  });
});

function outcome(read: () => unknown): unknown {
  try {
    return { value: read() };
  } catch {
    return 'refused';
  }
}

function refusalOf(text: string, depth?: number): InvalidInput {
  try {
    readJsonText(text, depth);
  } catch (error) {
    return error as InvalidInput;
  }
  throw new Error('was read');
}
