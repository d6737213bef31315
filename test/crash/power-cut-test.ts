import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cutsOf, restore, type Cut, type CutOptions } from './cuts.js';
import { judge, type Verdict } from './judge.js';
import { Random } from './random.js';
import { syncOrder, type SyncOrder } from './sync-order.js';
import { traceRun, type TracedRun } from './traced-run.js';
import { workloadOf, type Workload } from './workload.js';

/** A traced run of the store, to be cut as often as wanted. */
export class PowerCutTest {
  private constructor(
    private readonly work: string,
    readonly run: TracedRun,
    readonly workload: Workload,
    readonly seed: number,
  ) {}

  static async start(seed: number, requests: number): Promise<PowerCutTest> {
    const work = mkdtempSync(join(tmpdir(), 'cx-power-cut-'));
    return new PowerCutTest(work, await traceRun(work, seed, requests), workloadOf(seed, requests), seed);
  }

  syncOrder(): SyncOrder {
    return syncOrder(this.run.steps, this.workload);
  }

  /** Every cut with what became of it; `only` leaves out all others. */
  async *cuts(
    options: Omit<CutOptions, 'seed'>,
    only?: number,
  ): AsyncGenerator<{ cut: Cut; verdict: Verdict }> {
    for (const cut of cutsOf(this.run, { ...options, seed: this.seed })) {
      if (only === undefined || cut.number === only) yield { cut, verdict: await this.#judge(cut) };
    }
  }

  async #judge(cut: Cut): Promise<Verdict> {
    const folder = join(this.work, `cut-${cut.number}`);
    restore(cut, this.run, folder);
    const last = Math.max(-1, ...cut.sent.map(({ request }) => request));
    const sent = last + 1 + this.workload.atOnce;
    const known = { workload: this.workload, acknowledged: cut.acknowledged, sent };
    const verdict = await judge(folder, known, new Random(cut.number));
    const good = verdict.wrong.length + verdict.lost + verdict.duplicated === 0;
    if (good) rmSync(folder, { recursive: true });
    else verdict.wrong.push(`the folder is kept: ${folder} (as it is after it was opened)`);
    return verdict;
  }

  /** Removes everything that was made for it. */
  remove(): void {
    rmSync(this.work, { recursive: true });
  }
}
