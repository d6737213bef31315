import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cutsOf, restore, type Cut, type CutOptions } from './cuts.js';
import { Random } from './random.js';
import { SCENARIOS, type Scenario, type ScenarioName } from './scenario.js';
import type { SyncOrder } from './sync-order.js';
import { traceRun, type TracedRun } from './traced-run.js';
import type { Verdict } from './verdict.js';

export interface JudgedCut {
  readonly cut: Cut;
  readonly verdict: Verdict;
}

/** A traced run, to be cut as often as wanted. */
export class PowerCutTest {
  private constructor(
    private readonly work: string,
    readonly run: TracedRun,
    private readonly scenario: Scenario,
    readonly seed: number,
  ) {}

  static async start(name: ScenarioName, seed: number, requests: number): Promise<PowerCutTest> {
    const work = mkdtempSync(join(tmpdir(), 'cx-power-cut-'));
    const scenario = SCENARIOS[name](seed, requests);
    const run = await traceRun(work, scenario.child, [String(seed), String(requests)]);
    return new PowerCutTest(work, run, scenario, seed);
  }

  syncOrder(): SyncOrder {
    return this.scenario.syncOrder(this.run.steps);
  }

  /** Every cut with what became of it; `only` leaves out all others. */
  async *cuts(options: Omit<CutOptions, 'seed'>, only?: number): AsyncGenerator<JudgedCut> {
    for (const cut of cutsOf(this.run, { ...options, seed: this.seed })) {
      if (only === undefined || cut.number === only) yield { cut, verdict: await this.#judge(cut) };
    }
  }

  async #judge(cut: Cut): Promise<Verdict> {
    const folder = join(this.work, `cut-${cut.number}`);
    restore(cut, this.run, folder);
    const last = Math.max(-1, ...cut.sent.map(({ request }) => request));
    const known = {
      acknowledged: cut.acknowledged,
      sent: last + 1 + this.scenario.schedule.atOnce,
      putBack: cut.putBack,
    };
    const verdict = await this.scenario.judge(folder, known, new Random(cut.number));
    if (verdict.isGood) rmSync(folder, { recursive: true });
    else verdict.wrong.push(`the folder is kept: ${folder} (as it is after it was opened)`);
    return verdict;
  }

  /** Removes everything that was made for it. */
  remove(): void {
    rmSync(this.work, { recursive: true });
  }
}
