import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { InvalidInput } from './errors.js';
import { readJsonText } from './json-text.js';

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

  it('stops at the depth allowed', () => {
    expect(faultsOf('[[[1]]]', 3)).toEqual([]);
    expect(faultsOf('[[[[1]]]]', 3)).toEqual(['too-deep /0/0/0/0']);
    expect(readJsonText(`${'['.repeat(100_000)}${']'.repeat(100_000)}`).faults).toHaveLength(1);
  });
});

function outcome(read: () => unknown): unknown {
  try {
    return { value: read() };
  } catch {
    return 'refused';
  }
}

function refusalOf(text: string): InvalidInput {
  try {
    readJsonText(text);
  } catch (error) {
    return error as InvalidInput;
  }
  throw new Error('was read');
}
