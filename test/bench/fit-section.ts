import { fitPurchases, type PurchaseHistory } from '#scoring';
import { cdnowSummary } from '../kit/cdnow.js';
import type { Run } from './figures.js';
import { timesOf } from './machine.js';

/** How many times the 2,357 customers of the sample, and the most time that their fit may take, ms. */
const SIZES = [
  [1, 300],
  [10, 1_000],
] as const;

/** Fits of the purchase model by maximum likelihood. `cx calibrate` does it in its own process, away from the server. */
export async function fitSection(run: Run): Promise<void> {
  const sample = cdnowSummary();
  for (const [times, goal] of SIZES) {
    const histories = enlarged(sample, times);
    const millis = await timesOf(run.quick ? 3 : 15, () => fitPurchases(histories, 'mbg'));
    const what = `MBG/NBD of ${histories.length.toLocaleString('en')} customers`;
    run.say(`fit: ${what}`);
    const median = millis[Math.floor(millis.length / 2)]!;
    run.add({
      ...{ bench: 'fit', what, value: median, unit: 'ms' },
      ...{ p99: millis.at(-1)!, limit: { what: 'ms at most', value: goal } },
      goal: { text: `median of ${millis.length} < ${goal} ms`, met: median < goal },
    });
  }
}

/** So many times the customers: each copy observed a little longer, so that hardly two have the same history. */
function enlarged(sample: readonly PurchaseHistory[], times: number): readonly PurchaseHistory[] {
  return Array.from({ length: times }, (_, copy) =>
    sample.map(({ x, tx, T }) => ({ x, tx, T: T + copy / 7 })),
  ).flat();
}
