import { parseArgs } from 'node:util';
import type { DiskModel } from './disk.js';
import { CutSum } from './cut-sum.js';
import { PowerCutTest, type JudgedCut } from './power-cut-test.js';
import { SCENARIOS, type ScenarioName } from './scenario.js';
import { tracingMissing } from './traced-run.js';

const HELP = `Cuts the power of the embedded stores, again and again, and looks whether all is there that was acknowledged.

  node dist/test/crash/power-cut.js [--workload events|intake] [--cuts 200] [--seed N] [--requests N]
                                    [--model journal|loose] [--only N] [--keep]

A process takes input in under strace. From its writes and syncs the data folder is made as a power cut may leave it at a
random point: what was synced is there; what was not is there, missing, torn at a sector of 512 bytes, or there while
older writes are missing. Each folder is opened, checked, and everything is sent again. Models of how names of files
behave: journal (ext4, XFS: in order, along with the next sync) and loose (POSIX: safe only when the folder was synced);
both take turns unless one is asked for. In two cuts of eight the log is an earlier one under a later index.

  --workload  events   straight into the event store (1200 requests unless --requests says otherwise)
              intake   the way of the server: touchpoints of ever new customers through the intake, with their keys,
                       dead letters and kept answers, while the master key is changed (600 requests); after a cut
                       everything is opened again with its key
              unless one is asked for: both, one after the other
  --cuts      of each workload
  --only N    judges one cut alone, as it was with the same seed, cuts and requests
  --keep      leaves the trace and the run's folder behind
`;

const REQUESTS: Readonly<Record<ScenarioName, number>> = { events: 1200, intake: 600 };

const { values } = parseArgs({
  options: {
    workload: { type: 'string' },
    cuts: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    requests: { type: 'string' },
    model: { type: 'string' },
    only: { type: 'string' },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(HELP);
  process.exit(0);
}
const missing = tracingMissing();
if (missing !== undefined) fail(1, missing);
const { workload } = values;
if (workload !== undefined && !(workload in SCENARIOS))
  fail(2, `there is no workload ${workload}: see --help`);
const names = (workload === undefined ? Object.keys(SCENARIOS) : [workload]) as ScenarioName[];
let bad = false;
for (const name of names) bad = !(await isGood(name)) || bad;
process.exit(bad ? 1 : 0);

function fail(code: number, words: string): never {
  console.error(`power-cut: ${words}`);
  process.exit(code);
}

async function isGood(name: ScenarioName): Promise<boolean> {
  const [cuts, seed] = [Number(values.cuts), Number(values.seed)];
  const requests = values.requests === undefined ? REQUESTS[name] : Number(values.requests);
  const models: readonly DiskModel[] =
    values.model === undefined ? ['journal', 'loose'] : [values.model as DiskModel];
  console.log(
    `power-cut: ${name}, seed ${seed}, ${requests} requests, ${cuts} cuts, names behave as in ${models.join(' and ')}`,
  );
  const started = Date.now();
  const seconds = () => ((Date.now() - started) / 1000).toFixed(0);
  const test = await PowerCutTest.start(name, seed, requests);
  const sum = new CutSum(sayOrder(test, seconds()));
  const only = values.only === undefined ? undefined : Number(values.only);
  for await (const judged of test.cuts({ cuts, models }, only)) {
    sum.add(judged);
    if (!judged.verdict.isGood) sayBad(judged);
    if (sum.done % 20 === 0) console.log(`${sum.done} of ${cuts} cuts, ${seconds()} s, lost ${sum.lost}`);
  }
  if (!values.keep && sum.isGood) test.remove();
  console.log(`power-cut: ${name}: ${sum.text(seconds())}, seed ${seed}`);
  return sum.isGood;
}

/** Says what the trace tells of syncs; gives how often something came too early. */
function sayOrder(test: PowerCutTest, seconds: string): number {
  const { acknowledged, early } = test.syncOrder();
  const syncs = test.run.steps.filter(({ is }) => is === 'sync-ended').length;
  console.log(
    `traced in ${seconds} s: ${test.run.steps.length} steps, ${syncs} syncs; ` +
      `${acknowledged} things acknowledged, ${early.length} times before a sync of what they need had ended`,
  );
  if (early.length > 0) console.log(`too early: ${early.slice(0, 10).join(', ')}`);
  return early.length;
}

function sayBad({ cut, verdict }: JudgedCut): void {
  console.log(
    `cut ${cut.number} (${cut.model}${cut.putBack ? ', log put back' : ''}, step ${cut.steps}): ` +
      `lost ${verdict.lost}, duplicated ${verdict.duplicated}, unopened ${verdict.unopened}; ` +
      verdict.wrong.slice(-5).join('; '),
  );
}
