import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NewEvent } from '#event-store';
import { EmbeddedEventStore } from '#engines/sqlite';
import { PlainLog } from './plain-log.js';
import { touchpoints } from './touchpoints.js';

/** Where stores that took long to fill are kept between runs. */
export const CACHE = join(tmpdir(), 'cx-append-bench');

/** Customers of a store of so many events. */
export const customersOf = (stored: number) => Math.max(1000, stored / 10);

/** A folder filled once and kept; `seed` is called when it is not there. */
async function cachedFolder(name: string, seed: (folder: string) => Promise<void>): Promise<string> {
  const cached = join(CACHE, name);
  if (existsSync(cached)) return cached;
  process.stderr.write(`making ${cached} …\n`);
  rmSync(`${cached}.new`, { recursive: true, force: true });
  mkdirSync(`${cached}.new`, { recursive: true });
  await seed(`${cached}.new`);
  renameSync(`${cached}.new`, cached);
  return cached;
}

/** A copy of such a folder, to be written to. */
export function copyOf(cached: string, name: string): string {
  const folder = join(CACHE, `run-${name}`);
  rmSync(folder, { recursive: true, force: true });
  cpSync(cached, folder, { recursive: true });
  return folder;
}

function* chunks(stored: number): Generator<NewEvent[]> {
  for (let left = stored; left > 0; left -= 10_000)
    yield touchpoints(Math.min(10_000, left), customersOf(stored));
}

/** The folder of an embedded store with so many events. */
export function embeddedFolder(stored: number): Promise<string> {
  return cachedFolder(`embedded-${stored}`, async (target) => {
    const store = await EmbeddedEventStore.open({ folder: target });
    for (const events of chunks(stored)) await store.append({ events });
    await store.close();
  });
}

/** Filled row by row up to here. */
const GROWN = 1_000_000;

/** The folder of a plain log with so many events. */
export function plainFolder(stored: number): Promise<string> {
  return cachedFolder(`plain-${stored}`, async (target) => {
    if (stored > GROWN) return PlainLog.fill(target, chunks(stored));
    const log = new PlainLog(target);
    for (const events of chunks(stored)) log.append(events);
    log.close();
  });
}
