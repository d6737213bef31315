import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeEvent, START } from '#event-sourcing';
import { EmbeddedEventStore, openKeyStore } from '#engines/sqlite';
import { openEvent } from '#privacy';

const CHILD = fileURLToPath(new URL('../../../test/kit/recording-child.js', import.meta.url));

describe('an intake that was killed', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cx-killed-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Records until so many answers were seen, then kills; the ids answered by then. */
  async function killAfter(answers: number): Promise<readonly string[]> {
    const child = spawn(process.execPath, [CHILD, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'close');
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      if (printed.split('\n').length > answers) child.kill('SIGKILL');
    });
    await ended;
    return printed.split('\n').slice(0, -1);
  }

  it('has every event that it answered, and the keys to every event that it has', async () => {
    const answered = await killAfter(300);
    expect(answered.length).toBeGreaterThanOrEqual(300);
    const keys = await openKeyStore({ folder, masterKey: Buffer.alloc(32, 7) });
    const store = await EmbeddedEventStore.open({ folder });
    try {
      const { events } = await store.readAll({ after: START, limit: 10_000 });
      const recorded = events.map(({ bytes }) => decodeEvent(bytes));
      expect(recorded.map(({ id }) => id)).toEqual(expect.arrayContaining([...answered]));
      const owners = await keys.find(recorded.map(({ tenant, customer }) => ({ tenant, customer })));
      recorded.forEach((event, i) => {
        expect(owners[i]).toBeDefined();
        expect(openEvent(event, owners[i]).data['description']).toBe(`remark ${event.id}`);
      });
    } finally {
      await store.close();
      await keys.close();
    }
  });
});
