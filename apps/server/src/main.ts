import { InvalidInput, LedgerError } from '#event-sourcing';
import { placeName, readConfig, withEnvironmentFile } from '#platform';
import { startServer } from './server.js';
import type { RunningServer } from './server.js';

/** Exit codes: 1 it cannot start or failed, 2 its settings are wrong. */
const FAILED = 1;
const WRONG_USAGE = 2;

// Files of this process are readable by its own user only, also in a folder that others can enter.
process.umask(0o077);

// The reader of the output may close it; the server continues.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

// During the start there is nothing to finish.
let whenLauncherEnds: () => void = () => process.exit(FAILED);
if (process.channel !== undefined) {
  process.on('disconnect', () => whenLauncherEnds());
  process.channel.unref();
}

try {
  const settings = readConfig(withEnvironmentFile(process.env, '.env'));
  const server = await startServer(settings);
  stopWhenTold(server);
  announce(server, placeName(settings.store));
} catch (error) {
  console.error(`cx: ${error instanceof LedgerError ? error.message : String((error as Error).stack)}`);
  process.exit(error instanceof InvalidInput ? WRONG_USAGE : FAILED);
}

function announce({ url, masterKey, firstKey, withoutKeys }: RunningServer, place: string): void {
  const lines = [
    `CX Ledger listens on ${url} (documentation: ${url}/docs)`,
    `data:       ${place}`,
    `master key: ${masterKey.origin}${masterKey.created ? ' (made just now: keep a copy elsewhere)' : ''}`,
    ...(firstKey === undefined ? [] : [`admin key:  ${firstKey} (tenant default; shown this once)`]),
    ...(withoutKeys ? ['no API key: tenant default has none; cx keys create makes one'] : []),
  ];
  console.log(lines.join('\n'));
}

/**
 * A signal stops the server; the same signal again ends it at once. A command that started it closes the channel when
 * it ends in whatever way, and that stops the server, too. (A terminal's Ctrl-C reaches both, so a second signal of
 * another name is expected.)
 */
function stopWhenTold(server: RunningServer): void {
  const seen = new Set<string>();
  const told = (by: string) => {
    if (seen.has(by)) process.exit(FAILED);
    seen.add(by);
    if (seen.size === 1) void stop(server, by);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, told);
  whenLauncherEnds = () => told('the command that started it has ended');
}

async function stop(server: RunningServer, by: string): Promise<void> {
  console.log(`${by}: answering the requests in flight, then stopping`);
  try {
    await server.stop();
    process.exit(0);
  } catch (error) {
    console.error(`cx: stopping failed: ${(error as Error).message}`);
    process.exit(FAILED);
  }
}
