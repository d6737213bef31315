import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ScanBounds } from '#views';
import { SqliteReadModel } from './sqlite-read-model.js';

/** Customers, of two tenants in turn; every fifth has no chunk, and one has more than a statement reads. */
const CUSTOMERS = Array.from({ length: 300 }, (_, i) => ({
  ...{ number: i + 1, tenant: i % 2 === 0 ? 'even' : 'odd', name: `c${i + 1}` },
  chunks: i === 140 ? 300 : i % 5 === 0 ? 0 : 1 + (i % 3),
}));

let folder: string;
let readModel: SqliteReadModel;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cx-scan-'));
  readModel = await SqliteReadModel.open({ folder });
  const { progress } = await readModel.stored.writerState();
  await readModel.commit({
    ...{ from: progress.commits, progress: { ...progress, customers: CUSTOMERS.length } },
    customers: CUSTOMERS.map(({ number, tenant, name }) => ({ number, tenant, name })),
    chunks: CUSTOMERS.map(({ number, chunks }) => ({
      customer: number,
      change: {
        chunks: Array.from({ length: chunks }, (_, no) => ({ number: no, bytes: bytesOf(number, no) })),
      },
    })),
  });
});
afterAll(async () => {
  await readModel.close();
  rmSync(folder, { recursive: true });
});

/** 40 bytes, which a scan takes for one fact. */
function bytesOf(customer: number, chunk: number): Uint8Array {
  return Buffer.from(`${customer}/${chunk}`.padEnd(40));
}

/** Every customer that a scan meets, with the bytes of its chunks; and how many each of its pages had. */
async function scanned(facts: number, bounds: ScanBounds) {
  const found: unknown[] = [];
  const pages: number[] = [];
  for (let after: number | null = 0; after !== null;) {
    const page: Awaited<ReturnType<typeof readModel.stored.scan>> = await readModel.stored.scan(
      after,
      facts,
      bounds,
    );
    pages.push(page.timelines.length);
    for (const { tenant, customer, chunks } of page.timelines)
      found.push([tenant, customer.name, ...chunks.map(({ bytes }) => Buffer.from(bytes).toString().trim())]);
    after = page.next;
  }
  return { found, pages };
}

it.each([
  [1, {}],
  [50, {}],
  [1_000_000, {}],
  [50, { tenant: 'odd' }],
  [1_000_000, { tenant: 'odd', upTo: 150 }],
  [50, { upTo: 141 }],
  [50, { upTo: 300 }],
])(
  'A10: a scan of %d facts meets every customer with its own chunks: %j',
  async (facts, bounds: ScanBounds) => {
    const { tenant, upTo = Infinity } = bounds;
    const wanted = CUSTOMERS.filter((one) => one.number <= upTo && one.tenant === (tenant ?? one.tenant));
    const { found, pages } = await scanned(facts, bounds);
    expect(found).toEqual(
      wanted.map(({ number, tenant: of, name, chunks }) => [
        ...[of, name],
        ...Array.from({ length: chunks }, (_, no) => `${number}/${no}`),
      ]),
    );
    // A page is over with the customer by whom there are facts enough.
    expect(Math.max(...pages)).toBeLessThanOrEqual(facts);
    if (facts === 1_000_000) expect(pages).toEqual([wanted.length]);
  },
);
