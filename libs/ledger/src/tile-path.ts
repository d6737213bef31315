import { InvalidInput } from '#event-sourcing';

/** Hashes in a whole tile; the next level has one hash for each. */
export const TILE_WIDTH = 256;

/** The most levels of tiles that a tree of 2^53 entries has. */
export const TILE_LEVELS = 7;

/** How many entries one hash of a level stands for: 256 times as many as one of the level beneath. */
export function entriesUnder(level: number): number {
  return level === 0 ? 1 : TILE_WIDTH * entriesUnder(level - 1);
}

/** A tile: `width` hashes of level `level`, the first of which has the number `index` × 256 in its level. */
export interface TileName {
  readonly level: number | 'entries';
  readonly index: number;
  /** 1 to 256. */
  readonly width: number;
}

/** A tile's path (C2SP tlog-tiles): `tile/0/x001/234`, `tile/entries/067.p/8`. */
export function tilePath({ level, index, width }: TileName): string {
  const groups = [String(index % 1000).padStart(3, '0')];
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000))
    groups.unshift(`x${String(rest % 1000).padStart(3, '0')}`);
  return `tile/${level}/${groups.join('/')}${width < TILE_WIDTH ? `.p/${width}` : ''}`;
}

/** The tile of a path as `tilePath` writes it. Throws InvalidInput. */
export function parseTilePath(path: string): TileName {
  const match = /^tile\/(entries|[0-6])\/((?:x\d{3}\/){0,4}\d{3})(?:\.p\/([1-9]\d{0,2}))?$/.exec(path);
  if (match !== null) {
    const [, level, groups, width] = match;
    const tile: TileName = {
      level: level === 'entries' ? level : Number(level),
      index: Number(groups!.replaceAll(/[x/]/g, '')),
      width: Number(width ?? TILE_WIDTH),
    };
    if (tile.width <= TILE_WIDTH && tilePath(tile) === path) return tile;
  }
  const detail = 'is not the path of a tile such as tile/0/x001/234, tile/2/000.p/17 or tile/entries/067';
  throw new InvalidInput('invalid-tile', `${path.slice(0, 80)} ${detail}`, [{ pointer: '/path', detail }]);
}

/** Width of a level's last tile, and its index, in a tree of `size` entries. Undefined where the level has no hashes. */
export function lastTile(level: number, size: number): { index: number; width: number } | undefined {
  const hashes = Math.floor(size / entriesUnder(level));
  if (hashes === 0) return undefined;
  const index = Math.floor((hashes - 1) / TILE_WIDTH);
  return { index, width: hashes - index * TILE_WIDTH };
}

/** Width that a tile has in a tree of `size` entries: 0 when it is not there yet. */
export function widthOf(level: number, index: number, size: number): number {
  const hashes = Math.floor(size / entriesUnder(level));
  return Math.max(0, Math.min(TILE_WIDTH, hashes - index * TILE_WIDTH));
}
