import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from '@jest/globals';
import { CHUNKS_A_CUSTOMER } from './timelines.js';
import { SqliteReadModel } from './sqlite-read-model.js';
import { SqliteReadModelReader } from './sqlite-read-model-reader.js';

it('13.5: the fingerprint of a timeline of thousands of chunks is a number that can be read', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cx-fingerprint-'));
  await (await SqliteReadModel.open({ folder, cacheMegabytes: 1, recreate: true })).close();
  const file = new DatabaseSync(join(folder, 'views.sqlite'));
  const add = file.prepare('INSERT INTO chunk (id, crc, facts) VALUES (?, ?, ?)');
  file.exec('BEGIN');
  for (let chunk = 0; chunk < 4_000; chunk++)
    add.run(7 * CHUNKS_A_CUSTOMER + chunk, 4_294_967_295, Buffer.of(0));
  file.exec('COMMIT');
  file.close();
  const reader = await SqliteReadModelReader.open({ folder });
  const customer = { number: 7, name: 'C-big', heldAt: null, linked: false };
  const [fingerprint] = await reader.snapshot((moment) => moment.fingerprints([customer]));
  expect(fingerprint).toMatch(/^4000-\d+-null$/);
  await reader.close();
  rmSync(folder, { recursive: true, force: true });
});
