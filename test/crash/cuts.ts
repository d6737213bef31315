import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { readAcknowledged, type Acknowledgement } from './acknowledgement.js';
import { Disk, type DiskModel, type Found } from './disk.js';
import { Random } from './random.js';
import type { Step } from './steps.js';
import { isMapped, type TracedRun } from './traced-run.js';

/** A power cut: the folder as it may lie there afterwards, and what had been acknowledged. */
export interface Cut {
  readonly number: number;
  readonly model: DiskModel;
  /** How many steps of the trace had been taken. */
  readonly steps: number;
  readonly found: Found;
  readonly acknowledged: readonly Acknowledgement[];
  /** What had been acknowledged when the index was last written; more than `acknowledged` if the log was put back. */
  readonly sent: readonly Acknowledgement[];
  /** The log is that of an earlier cut: a copy put back under an index that is ahead of it. */
  readonly putBack: boolean;
}

export interface CutOptions {
  readonly cuts: number;
  readonly seed: number;
  readonly models: readonly DiskModel[];
  /** Only between these two steps; default anywhere. */
  readonly within?: readonly [from: number, to: number];
  /** Files whose syncs do nothing: to see that the loss is noticed. */
  readonly deaf?: (path: string) => boolean;
}

/** Every so many cuts, the log is put back to the cut before. */
const PUT_BACK_EVERY = 8;

/** Cuts at random points of the run, in the order of the trace; each is the same again for the same seed. */
export function* cutsOf({ steps, folder }: TracedRun, options: CutOptions): Generator<Cut> {
  const all = pointsOf(steps, options);
  const disks = new Map(options.models.map((model) => [model, new Disk(folder, model, options.deaf)]));
  const sent: Acknowledgement[] = [];
  const earlier = new Map<DiskModel, { found: Found; acknowledged: readonly Acknowledgement[] }>();
  let taken = 0;
  for (const [number, point] of all.entries()) {
    for (; taken < point; taken++) {
      const step = steps[taken]!;
      for (const disk of disks.values()) disk.apply(step);
      const acknowledgement = step.is === 'said' ? readAcknowledged(step.text) : undefined;
      if (acknowledgement !== undefined) sent.push(acknowledgement);
    }
    const random = new Random(options.seed * 1_000_003 + number);
    const model = options.models[number % options.models.length]!;
    const now = {
      found: withUnknownMemory(disks.get(model)!.afterCut(random), random),
      acknowledged: [...sent],
    };
    const before = earlier.get(model);
    const putBack = before !== undefined && number % PUT_BACK_EVERY >= PUT_BACK_EVERY - 2;
    const found = putBack ? mixed(now.found, before.found) : now.found;
    const acknowledged = putBack ? before.acknowledged : now.acknowledged;
    yield { number, model, steps: taken, found, acknowledged, sent: now.acknowledged, putBack };
    earlier.set(model, now);
  }
}

/** Every second point is right behind an acknowledgement: what it spoke of had better be on the disk. */
function pointsOf(
  steps: readonly Step[],
  { cuts, seed, within: [from, to] = [1, steps.length] }: CutOptions,
): readonly number[] {
  const random = new Random(seed);
  const said = steps.flatMap(({ is }, i) => (is === 'said' && i + 1 >= from && i + 1 <= to ? [i + 1] : []));
  const points = Array.from({ length: cuts }, (_, i) =>
    i % 2 === 0 && said.length > 0 ? random.pick(said) : random.between(from, to),
  );
  return points.sort((a, b) => a - b);
}

/** Makes the folder of a cut; its files are for their owner alone, as a master key must be. */
export function restore({ found }: Cut, { folder }: TracedRun, target: string): void {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const [path, bytes] of found) {
    const place = join(target, relative(folder, path));
    if (bytes === 'folder') mkdirSync(place);
    else writeFileSync(place, bytes, { mode: 0o600 });
  }
}

/** What is kept in shared memory is in no trace: after a cut its file holds anything, or is not there. */
function withUnknownMemory(found: Found, random: Random): Found {
  const result = new Map(found);
  for (const [path, bytes] of found) {
    if (!isMapped(path)) continue;
    if (random.chance(0.5)) result.delete(path);
    else result.set(path, random.bytes(bytes.length));
  }
  return result;
}

/** The log of an earlier cut, everything else of the later one. */
function mixed(now: Found, before: Found): Found {
  const isLog = (path: string) => basename(path).startsWith('log.sqlite');
  return new Map([
    ...[...now].filter(([path]) => !isLog(path)),
    ...[...before].filter(([path]) => isLog(path)),
  ]);
}
