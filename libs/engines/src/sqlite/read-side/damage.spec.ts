import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DeliveredLog } from '../../../../../test/kit/delivered-log.js';
import { projectorOf, SetClock, storedBytes } from '../../../../../test/kit/projected.js';
import {
  recordedEvent,
  storedBytes as storedEvent,
  type EventSpec,
} from '../../../../../test/kit/recorded-events.js';
import { SqliteReadModel } from './sqlite-read-model.js';
import { SqliteReadModelReader } from './sqlite-read-model-reader.js';

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 2, 2, 12);
const CUSTOMERS = ['ada', 'bo', 'cy'];

const raised = (customer: string, no: number): EventSpec => ({
  type: 'IssueRaised',
  id: `${customer}-${no}`,
  customer,
  at: NOON + no * HOUR,
  data: { issueId: `I${no}`, category: `category-${customer}-${no}`, severity: 'normal' },
});
const told = (count: number) =>
  CUSTOMERS.flatMap((customer) => Array.from({ length: count }, (_, no) => raised(customer, no)));

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cx-damage-'));
  file = join(folder, 'views.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const clock = new SetClock(NOON + 48 * HOUR);

/** Projects a log into the folder; answers what is stored then, and what was logged. */
async function project(events: DeliveredLog) {
  const readModel = await SqliteReadModel.open({ folder, cacheMegabytes: 1, recreate: true });
  const logged: string[] = [];
  try {
    const projector = projectorOf({ events, readModel, clock, logged });
    await projector.catchUp();
    return { stored: await storedBytes(readModel), logged, status: await projector.status() };
  } finally {
    await readModel.close();
  }
}

/** Rewrites the file without bytes that nothing refers to any more: a change of those is no damage. */
function compact(): void {
  const db = new DatabaseSync(file);
  db.exec('PRAGMA secure_delete = ON; VACUUM');
  db.close();
}

function flip(at: number): void {
  const bytes = readFileSync(file);
  bytes[at]! ^= 0x04;
  writeFileSync(file, bytes);
}

/** Every place of these bytes in the file. */
function placesOf(needle: Uint8Array | string): number[] {
  const bytes = readFileSync(file);
  const places: number[] = [];
  for (let at = bytes.indexOf(needle); at !== -1; at = bytes.indexOf(needle, at + 1)) places.push(at);
  return places;
}

function chunkOf(customer: string): Uint8Array {
  const db = new DatabaseSync(file, { readOnly: true });
  const row = db
    .prepare('SELECT k.facts FROM chunk k JOIN customer c ON k.id >> 20 = c.id WHERE c.name = ?')
    .get(customer);
  db.close();
  return (row as { facts: Uint8Array }).facts;
}

describe('C13: a byte of views.sqlite that is not the one written', () => {
  it('in a chunk or a row is found by reading, and the customer alone is derived again from the log', async () => {
    const events = new DeliveredLog(told(5));
    const { stored } = await project(events);
    compact();
    const whole = readFileSync(file);
    const [chunk] = placesOf(chunkOf('bo'));
    // The category of an issue is in the chunk and in the row of the table, and in no index.
    const texts = placesOf('category-bo-3');
    expect(texts).toHaveLength(2);
    const places = [...texts, ...[0, 1, 5, 9, 30, 77].map((at) => chunk! + at)];
    for (const place of places) {
      writeFileSync(file, whole);
      flip(place + 3);
      const after = await project(events);
      expect(after.stored).toBe(stored);
      expect(after.status).toMatchObject({ mended: 1, parkedCount: 0, failure: null, complete: true });
      expect(after.logged).toEqual([
        'what is stored of a customer was damaged and is derived again from the log: check the disk',
      ]);
    }
  });

  it('does not stop the page that needs it: new events of everybody are projected', async () => {
    const events = new DeliveredLog(told(5));
    await project(events);
    flip(placesOf(chunkOf('bo'))[0]! + 9);
    events.deliver(...CUSTOMERS.map((customer) => raised(customer, 7)));
    const { stored, status } = await project(events);
    expect(status).toMatchObject({ mended: 1, eventsBehind: 0, failure: null });
    rmSync(file);
    expect((await project(events)).stored).toBe(stored);
  });

  it('holds the customer at an event that the log cannot read any more, and says why', async () => {
    await project(new DeliveredLog(told(2)));
    flip(placesOf(chunkOf('bo'))[0]! + 9);
    const events = new DeliveredLog();
    for (const one of told(2)) {
      const event = recordedEvent(one);
      events.deliverBytes(storedEvent(one.id === 'bo-1' ? { ...event, occurredAt: 'no time' } : event));
    }
    const { stored, status } = await project(events);
    expect(status).toMatchObject({ mended: 1, parkedCount: 1, failure: null, complete: true });
    expect(status.parked[0]).toMatchObject({
      customer: 'bo',
      position: 4n,
      reason: expect.stringMatching(/time/),
    });
    expect(stored).toContain('category-bo-0');
    expect(stored).not.toContain('category-bo-1');
  });

  it('is answered to a reader as what it is, naming the customer, and to no reader of another', async () => {
    await project(new DeliveredLog(told(5)));
    compact();
    const [, row] = placesOf('category-bo-3');
    const [first] = placesOf('category-bo-3');
    const [chunk] = placesOf(chunkOf('bo'));
    const inRow = first! > chunk! && first! < chunk! + chunkOf('bo').length ? row! : first!;
    flip(inRow);
    const reader = await SqliteReadModelReader.open({ folder });
    const listOf = (state: string, customers: readonly string[]) =>
      reader.snapshot((moment) =>
        moment.list('issues', {
          tenant: 'default',
          where: [
            { column: 'state', is: '=', value: state },
            { column: 'customer', is: 'in', value: customers },
          ],
          orderBy: { column: 'openedAt', direction: 'asc' },
          limit: 99,
        }),
      );
    await expect(listOf('open', ['bo'])).rejects.toMatchObject({
      code: 'customer-damaged',
      details: { tenant: 'default', customer: 'bo' },
    });
    expect(await listOf('open', ['ada', 'cy'])).toHaveLength(10);
    await reader.close();
  });

  it('in the file as a whole is marked, and the next start makes the file anew', async () => {
    const events = new DeliveredLog(told(5));
    const { stored } = await project(events);
    const whole = readFileSync(file);
    // The header of a page of a table's tree says what kind of page it is: no checksum is needed to see that it is none.
    const pageSize = 1_024;
    const page = Math.floor(placesOf('category-bo-3').at(-1)! / pageSize);
    const bytes = Buffer.from(whole);
    bytes[page * pageSize] = 0xff;
    writeFileSync(file, bytes);
    events.deliver(raised('bo', 8));
    await expect(project(events)).rejects.toMatchObject({ code: 'views-damaged' });
    const { stored: again } = await project(events);
    expect(again).not.toBe(stored);
    rmSync(file);
    expect((await project(events)).stored).toBe(again);
  });
});
