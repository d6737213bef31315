// @event-driven-io/emmett-sqlite on a file, as it comes.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getSQLiteEventStore } from '@event-driven-io/emmett-sqlite';
import { rates } from '../rates.mjs';

const folder = mkdtempSync(join(tmpdir(), 'cx-peer-'));
const store = getSQLiteEventStore({
  fileName: join(folder, 'peer.sqlite'),
  schema: { autoMigration: 'CreateOrUpdate' },
});
console.log(JSON.stringify(await rates(store, Number(process.argv[2]))));
rmSync(folder, { recursive: true });
process.exit(0);
