import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { lastTile, TILE_LEVELS, tilePath, widthOf } from '#ledger';
import type { TileName } from '#ledger';
import { LogProofs } from '#proofs';
import { Failure } from '../failure.js';
import { count, type Output } from '../output/print.js';
import { withProgress } from '../output/progress.js';
import { logKeyPlace, openStoredLog, storedCheckpoint, verifiersOf } from '../proofs/stored-log.js';
import type { CommonOptions } from '../settings.js';
import { writeWhole } from './parts.js';

/** Writes checkpoint and tiles into a folder; a second time only what is new. */
export async function exportTiles(folder: string, options: CommonOptions, output: Output): Promise<void> {
  const log = await openStoredLog(options);
  try {
    const verifiers = verifiersOf(log, options, []);
    if (verifiers.length === 0)
      throw new Failure(
        'no-verifier',
        `the key that signed the log is not at ${logKeyPlace(log.folder, options)}: put a copy of it there, or name its place by CX_LOG_KEY_FILE`,
      );
    const { note, size } = await storedCheckpoint(log, verifiers);
    refuseOtherLog(folder, log.origin);
    const proofs = new LogProofs(log.events, log.tree);
    const names = tilesOf(size);
    await withProgress(output, async (progress) => {
      for (const [i, name] of names.entries()) {
        writeTile(join(folder, tilePath(name)), await proofs.tile(name));
        progress.show({ share: i / names.length, done: i, what: 'tiles' });
      }
    });
    // Last: whoever sees the checkpoint finds all that it stands for.
    writeTile(join(folder, 'checkpoint'), Buffer.from(note));
    output.result({ folder, size, tiles: names.length });
    output.line(
      `${count(size)} entries in ${count(names.length)} tiles, and their checkpoint, are in ${folder}`,
    );
  } finally {
    await log.close();
  }
}

function refuseOtherLog(folder: string, origin: string): void {
  const file = join(folder, 'checkpoint');
  const [other] = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [origin];
  if (other !== origin)
    throw new Failure(
      'another-log',
      `${folder} has the tiles of another log (${other}): name another folder`,
    );
}

/** Every tile of a tree of `size` entries, those of the entries themselves first. */
function tilesOf(size: number): TileName[] {
  const levels = Array.from({ length: TILE_LEVELS }, (_, level) => level);
  return [['entries', 0] as const, ...levels.map((level) => [level, level] as const)].flatMap(
    ([named, level]) => {
      const last = lastTile(level, size)?.index ?? -1;
      return Array.from({ length: last + 1 }, (_, index) => ({
        ...{ level: named, index },
        width: widthOf(level, index, size),
      }));
    },
  );
}

/** Whole under its name, whatever ends the run; a file that has these bytes already is left as it is. */
function writeTile(file: string, bytes: Uint8Array): void {
  if (existsSync(file) && readFileSync(file).equals(bytes)) return;
  mkdirSync(dirname(file), { recursive: true });
  writeWhole(file, bytes);
}
