import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EmbeddedEventStore } from '#engines/sqlite';
import { acknowledgedIn, faultsOf, type Acknowledged } from '../kit/acknowledged.js';

const CHILD = new URL('../kit/appending-child.js', import.meta.url).pathname;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cx-events-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Runs a child until it has acknowledged so many bytes of lines, kills it, and gives what it acknowledged. */
async function killedAfter(run: number, bytes: number): Promise<Acknowledged[]> {
  const child = spawn(process.execPath, [CHILD, folder, String(run)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (output.length > bytes) child.kill('SIGKILL');
  });
  const [, signal] = (await ended) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
  return acknowledgedIn(output);
}

describe('an event store whose process is killed', () => {
  it('has everything it acknowledged, once, however often it is killed', async () => {
    const acknowledged: Acknowledged[] = [];
    for (let run = 0; run < 6; run++) {
      // From the first moments of a run to some thousands of events, which pass through many files of the index.
      acknowledged.push(...(await killedAfter(run, Math.floor(Math.random() * 10 ** (2 + (run % 4))))));
    }
    const store = await EmbeddedEventStore.open({ folder });
    expect(await faultsOf(store, acknowledged)).toEqual([]);
    await store.close();
    expect(acknowledged.length).toBeGreaterThan(0);
  });
});
