import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { KeyTable } from './key-table.js';
import { BloomFilter } from './bloom-filter.js';
import { streamKey } from './stream-key.js';

/** Few distinct words, so that keys are met again and share their beginnings. */
const key = fc.tuple(fc.nat(3), fc.nat(3), fc.constantFrom(0, 0xffffffff), fc.nat(3));

describe('a key table', () => {
  it('gives back what a map gives back, also after it grew and after it was cleared', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(key, fc.nat()), { maxLength: 200 }), fc.boolean(), (entries, clear) => {
        const table = new KeyTable(1);
        if (clear) {
          for (const [words] of entries) table.set(Uint32Array.from(words), 0, 1);
          table.clear();
        }
        const map = new Map<string, number>();
        for (const [words, value] of entries) {
          const before = map.get(words.join()) ?? -1;
          expect(table.get(Uint32Array.from([9, ...words]), 1)).toBe(before);
          table.set(Uint32Array.from([9, ...words]), 1, value);
          map.set(words.join(), value);
        }
        for (const [words] of entries)
          expect(table.get(Uint32Array.from(words), 0)).toBe(map.get(words.join()));
        expect(table.size).toBe(map.size);
      }),
    );
  });
});

describe('the key of a stream', () => {
  it('differs for names that differ, however little', () => {
    const names = Array.from({ length: 50_000 }, (_, i) => `customer-default.C${i}`);
    for (let length = 0; length < 40; length++)
      names.push('a'.repeat(length), 'ä'.repeat(length), '\u0100'.repeat(length));
    const distinct = new Set(names);
    expect(new Set(names.map((name) => streamKey(name).join())).size).toBe(distinct.size);
  });
});

describe('a Bloom filter', () => {
  it('never denies what was added, and seldom affirms what was not', () => {
    const filter = new BloomFilter(64 * 1024);
    const keys = Array.from({ length: 40_000 }, (_, i) => streamKey(`s${i}`));
    for (const each of keys.slice(0, 20_000)) filter.add(each, 0);
    expect(keys.slice(0, 20_000).every((each) => filter.mayHave(each, 0))).toBe(true);
    // 26 bits an entry.
    expect(keys.slice(20_000).filter((each) => filter.mayHave(each, 0)).length).toBeLessThan(400);
  });
});
