import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedEventStore } from '#event-store';
import { acknowledgedIn, faultsOf } from '../../kit/acknowledged.js';
import { Disk, type Random } from './disk.js';
import { readTrace, runTraced } from './trace.js';

/** What came of the cuts. */
export interface Summary {
  readonly cuts: number;
  /** Events acknowledged before the cuts, summed. */
  readonly acknowledged: number;
  readonly faults: readonly string[];
}

const CHILD = new URL('../../kit/appending-child.js', import.meta.url).pathname;

/**
 * Records one run of appends, and cuts the power at so many moments of it, by chance: every second one right after
 * something was acknowledged. Each time the files are rebuilt as they may stand, and opened.
 */
export async function cutPower(appends: number, cuts: number, seed: number): Promise<Summary> {
  const root = mkdtempSync(join(tmpdir(), 'cx-power-'));
  try {
    const [folder, trace] = [join(root, 'data'), join(root, 'trace')];
    runTraced(trace, process.execPath, [CHILD, folder, '0', String(appends)]);
    const calls = readTrace(trace);
    const disk = new Disk(folder, calls);
    const random = randomFrom(seed);
    let acknowledged = 0;
    const faults: string[] = [];
    for (let n = 0; n < cuts; n++) {
      const told = disk.tellings[Math.floor(random() * disk.tellings.length)]!;
      const cut = n % 2 === 0 ? told : Math.floor(random() * calls.at(-1)!.began);
      const target = join(root, `cut-${n}`);
      disk.rebuild(target, cut, random);
      const known = acknowledgedIn(disk.outputBefore(cut));
      acknowledged += known.length;
      faults.push(
        ...(await openAfter(target, known)).map((fault) => `seed ${seed}, cut ${n} at line ${cut}: ${fault}`),
      );
      rmSync(target, { recursive: true, force: true });
    }
    return { cuts, acknowledged, faults };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function openAfter(folder: string, known: ReturnType<typeof acknowledgedIn>): Promise<string[]> {
  try {
    const store = await EmbeddedEventStore.open({ folder });
    const faults = await faultsOf(store, known);
    await store.close();
    return faults;
  } catch (error) {
    return [String(error)];
  }
}

/** mulberry32: the same numbers for the same seed. */
function randomFrom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
