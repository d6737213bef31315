import { parseArgs } from 'node:util';
import type { DiskModel } from './disk.js';
import { PowerCutTest } from './power-cut-test.js';
import { tracingMissing } from './traced-run.js';

const HELP = `Cuts the power of the embedded event store, again and again, and looks whether it has all it acknowledged.

  node dist/test/crash/power-cut.js [--cuts 200] [--seed N] [--requests 1200] [--model journal|loose] [--only N]

A process appends events under strace. From its writes and syncs the data folder is made as a power cut may leave it at a
random point: what was synced is there; what was not is there, missing, torn at a sector of 512 bytes, or there while
older writes are missing. Each folder is opened, checked, and everything is sent again. Models of how names of files
behave: journal (ext4, XFS: in order, along with the next sync) and loose (POSIX: safe only when the folder was synced);
both take turns unless one is asked for. In two cuts of eight the log is an earlier one under a later index.

  --only N   judges one cut alone, as it was with the same seed, cuts and requests
  --keep     leaves the trace and the run's folder behind
`;

const { values } = parseArgs({
  options: {
    cuts: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    requests: { type: 'string', default: '1200' },
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
if (missing !== undefined) {
  console.error(`power-cut: ${missing}`);
  process.exit(1);
}
process.exit(await run());

async function run(): Promise<number> {
  const [cuts, seed, requests] = [Number(values.cuts), Number(values.seed), Number(values.requests)];
  const models: readonly DiskModel[] =
    values.model === undefined ? ['journal', 'loose'] : [values.model as DiskModel];
  console.log(
    `power-cut: seed ${seed}, ${requests} requests, ${cuts} cuts, names behave as in ${models.join(' and ')}`,
  );
  const started = Date.now();
  const test = await PowerCutTest.start(seed, requests);
  const seconds = () => ((Date.now() - started) / 1000).toFixed(0);
  const order = test.syncOrder();
  const syncs = test.run.steps.filter(({ is }) => is === 'sync-ended').length;
  console.log(
    `traced in ${seconds()} s: ${test.run.steps.length} steps, ${syncs} syncs; ` +
      `${order.events} events acknowledged, ${order.early.length} of them before a sync of the log had ended`,
  );
  const sum = {
    done: 0,
    acknowledged: 0,
    lost: 0,
    duplicated: 0,
    wrong: order.early.length,
    found: 0,
    putBack: 0,
  };
  for await (const { cut, verdict } of test.cuts(
    { cuts, models },
    values.only === undefined ? undefined : Number(values.only),
  )) {
    sum.done++;
    sum.acknowledged += verdict.acknowledged;
    sum.lost += verdict.lost;
    sum.duplicated += verdict.duplicated;
    sum.wrong += verdict.wrong.length;
    sum.found += verdict.unacknowledgedFound;
    sum.putBack += Number(cut.putBack);
    if (verdict.lost + verdict.duplicated + verdict.wrong.length > 0) {
      console.log(
        `cut ${cut.number} (${cut.model}${cut.putBack ? ', log put back' : ''}, step ${cut.steps}): ` +
          `lost ${verdict.lost}, duplicated ${verdict.duplicated}; ${verdict.wrong.slice(0, 5).join('; ')}`,
      );
    }
    if (sum.done % 20 === 0) console.log(`${sum.done} of ${cuts} cuts, ${seconds()} s, lost ${sum.lost}`);
  }
  const bad = sum.lost + sum.duplicated + sum.wrong > 0;
  if (!values.keep && !bad) test.remove();
  console.log(
    `power-cut: ${sum.done} cuts (${sum.putBack} with the log put back) in ${seconds()} s, seed ${seed}: ` +
      `acknowledged ${sum.acknowledged}, lost ${sum.lost}, duplicated ${sum.duplicated}, otherwise wrong ${sum.wrong}; ` +
      `found without having been acknowledged ${sum.found}`,
  );
  return bad ? 1 : 0;
}
