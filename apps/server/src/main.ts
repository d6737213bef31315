import { InvalidInput, LedgerError } from '#event-sourcing';
import { readConfig, withEnvironmentFile } from '#platform';
import { startServer } from './server.js';
import type { RunningServer } from './server.js';

/** Exit codes: 1 it cannot start or failed, 2 it was told wrong. */
const FAILED = 1;
const WRONG_USAGE = 2;

// Whatever this process writes is for its own user, also in a folder that others may enter.
process.umask(0o077);

try {
  const settings = readConfig(withEnvironmentFile(process.env, '.env'));
  const server = await startServer(settings);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(server, signal));
  announce(server, settings.store.folder);
} catch (error) {
  console.error(
    `cx-ledger: ${error instanceof LedgerError ? error.message : String((error as Error).stack)}`,
  );
  process.exit(error instanceof InvalidInput ? WRONG_USAGE : FAILED);
}

function announce({ url, masterKey, firstKey }: RunningServer, folder: string): void {
  const lines = [
    `CX Ledger listens on ${url} (documentation: ${url}/docs)`,
    `data:       ${folder}`,
    `master key: ${masterKey.origin}${masterKey.created ? ' (made just now: keep a copy elsewhere)' : ''}`,
    ...(firstKey === undefined ? [] : [`admin key:  ${firstKey} (tenant default; shown this once)`]),
  ];
  console.log(lines.join('\n'));
}

async function stop(server: RunningServer, signal: NodeJS.Signals): Promise<void> {
  console.log(`${signal}: answering what is under way, then stopping`);
  process.once(signal, () => process.exit(FAILED));
  try {
    await server.stop();
    process.exit(0);
  } catch (error) {
    console.error(`cx-ledger: stopping failed: ${(error as Error).message}`);
    process.exit(FAILED);
  }
}
