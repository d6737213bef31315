import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '..', '..', '..', 'test', 'histories', 'cdnow');

/** One purchase of the CDNOW sample: the customer's id there, and the day as the ms of its beginning in UTC. */
export interface CdnowPurchase {
  readonly customer: string;
  readonly at: number;
}

/** All 6,919 purchases, in the order of the file: customer by customer, each in the order of time. */
export function cdnowPurchases(): CdnowPurchase[] {
  const lines = readFileSync(join(FOLDER, 'CDNOW_sample.txt'), 'utf8').trim().split(/\r?\n/);
  return lines.map((line) => {
    const [, customer, day] = line.trim().split(/\s+/);
    return {
      customer: customer!,
      at: Date.parse(`${day!.slice(0, 4)}-${day!.slice(4, 6)}-${day!.slice(6)}`),
    };
  });
}

/** x, t_x and T of each customer as lifetimes publishes them. */
export function cdnowSummary(): { x: number; tx: number; T: number }[] {
  const lines = readFileSync(join(FOLDER, 'cdnow_customers_summary.csv'), 'utf8').trim().split(/\r?\n/);
  return lines.slice(1).map((line) => {
    const [, x, tx, T] = line.split(',').map(Number);
    return { x: x!, tx: tx!, T: T! };
  });
}
