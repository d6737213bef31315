import { join } from 'node:path';
import { intakeWorkloadOf } from './intake-workload.js';
import { judgeIntake } from './intake-judge.js';
import { judge } from './judge.js';
import type { Random } from './random.js';
import type { Schedule } from './schedule.js';
import type { Step } from './steps.js';
import { intakeSyncOrder, syncOrder, type SyncOrder } from './sync-order.js';
import type { Known, Verdict } from './verdict.js';
import { workloadOf } from './workload.js';

/** A kind of run that is cut: what the traced process does, and what must hold after a cut. */
export interface Scenario {
  /** The compiled file of the process; it is given the folder, the seed and the number of requests. */
  readonly child: string;
  readonly schedule: Schedule;
  syncOrder(steps: readonly Step[]): SyncOrder;
  judge(folder: string, known: Known, random: Random): Promise<Verdict>;
}

export const SCENARIOS = {
  /** Events straight into the event store. */
  events(seed: number, requests: number): Scenario {
    const workload = workloadOf(seed, requests);
    return {
      child: join(import.meta.dirname, 'appending.worker.js'),
      schedule: workload.schedule,
      syncOrder: (steps) => syncOrder(steps, workload),
      judge: (folder, known, random) => judge(folder, { ...known, workload }, random),
    };
  },
  /** Touchpoints through the intake, with their keys; dead letters and kept answers. */
  intake(seed: number, requests: number): Scenario {
    const workload = intakeWorkloadOf(seed, requests);
    return {
      child: join(import.meta.dirname, 'taking-in.worker.js'),
      schedule: workload.schedule,
      syncOrder: (steps) => intakeSyncOrder(steps, workload),
      judge: (folder, known) => judgeIntake(folder, workload, known),
    };
  },
};

export type ScenarioName = keyof typeof SCENARIOS;
