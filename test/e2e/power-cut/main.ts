// Cuts the power at many moments of a run of appends, and looks for every acknowledged event.
//   node dist/test/e2e/power-cut/main.js [--cuts 200] [--appends 2000] [--seed N]
import { parseArgs } from 'node:util';
import { cutPower } from './power-cut.js';
import { straceMissing } from './trace.js';

const { values } = parseArgs({
  options: {
    cuts: { type: 'string', default: '200' },
    appends: { type: 'string', default: '2000' },
    seed: { type: 'string' },
  },
});
const missing = straceMissing();
if (missing !== undefined) {
  console.log(`power cuts skipped: ${missing}`);
} else {
  const seed = Number(values.seed ?? Date.now() % 2 ** 31);
  const { cuts, acknowledged, faults } = await cutPower(Number(values.appends), Number(values.cuts), seed);
  for (const fault of faults) console.error(fault);
  console.log(
    `seed ${seed}: ${cuts} power cuts, ${acknowledged} events acknowledged before them, ${faults.length} faults`,
  );
  process.exitCode = faults.length === 0 ? 0 : 1;
}
