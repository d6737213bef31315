import { describe, expect, it } from '@jest/globals';
import { lastTile, parseTilePath, tilePath, widthOf } from './tile-path.js';

describe('the path of a tile', () => {
  // The first three are examples of the specification (C2SP tlog-tiles).
  it.each([
    [{ level: 0, index: 1_234_067, width: 256 }, 'tile/0/x001/x234/067'],
    [{ level: 0, index: 273, width: 112 }, 'tile/0/273.p/112'],
    [{ level: 1, index: 1, width: 17 }, 'tile/1/001.p/17'],
    [{ level: 'entries', index: 5, width: 256 }, 'tile/entries/005'],
  ] as const)('%j is %s', (tile, path) => {
    expect(tilePath(tile)).toBe(path);
    expect(parseTilePath(path)).toEqual(tile);
  });

  it.each([
    'tile/0/1',
    'tile/7/001',
    'tile/0/x000/001',
    'tile/0/001.p/0',
    'tile/0/001.p/256',
    'tile/0/001.p/300',
    'tile/0/../001',
    'tile/0/001/',
    'tile/-1/001',
    'tile/entries/abc',
  ])('%s is none', (path) => {
    expect(() => parseTilePath(path)).toThrow(/not the path of a tile/);
  });

  it('of a tree of 70,000 entries ends at 273 whole tiles and 112 hashes, one whole tile and 17, one hash', () => {
    expect([0, 1, 2, 3].map((level) => lastTile(level, 70_000))).toEqual([
      { index: 273, width: 112 },
      { index: 1, width: 17 },
      { index: 0, width: 1 },
      undefined,
    ]);
    expect([272, 273, 274].map((index) => widthOf(0, index, 70_000))).toEqual([256, 112, 0]);
  });
});
