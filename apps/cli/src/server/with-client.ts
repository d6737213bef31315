import { WrongUsage } from '../failure.js';
import { dataFolder, isEmbedded, ledgerFolder, purposeOf, type CommonOptions } from '../settings.js';
import { type Access, Client } from './client.js';
import type { ServerFile } from '#platform';
import { runningServer } from './running-server.js';
import { SpawnedServer } from './spawned-server.js';

/**
 * Runs `work` with a client: of the server at CX_URL (with CX_KEY), else of the one that runs on the data folder,
 * else of one started for the length of the work. Throws `no-store` rather than make a store where there is none,
 * unless the command is there to make one.
 */
export async function withClient<T>(
  options: CommonOptions,
  work: (client: Client) => Promise<T>,
  { makesStore = false }: { readonly makesStore?: boolean } = {},
): Promise<T> {
  const { CX_URL: url, CX_KEY: key } = process.env;
  const asking = { tenant: options.tenant, purpose: purposeOf(options) };
  if (url !== undefined && options.data === undefined)
    return work(new Client({ url, key: neededKey(key), ...asking }));
  const folder = dataFolder(options);
  const running = await runningServer(folder);
  if (running !== undefined) return work(operator(running, asking, folder));
  if (!isEmbedded(options))
    throw new WrongUsage(
      'no server runs here, and CX_STORE is no folder: set CX_URL and CX_KEY to a running server',
    );
  if (!makesStore) ledgerFolder(options);
  const spawned = await SpawnedServer.start(folder);
  try {
    return await work(operator(spawned.file, asking));
  } finally {
    await spawned.stop();
  }
}

/** A client by the operator's key; with `folder`, one that follows a server that is started again there. */
function operator(
  { url, operatorKey }: ServerFile,
  asking: Pick<Access, 'tenant' | 'purpose'>,
  folder?: string,
): Client {
  return new Client({ url, key: operatorKey, ...asking }, async () => {
    const found = folder === undefined ? undefined : await runningServer(folder);
    return found && { url: found.url, key: found.operatorKey };
  });
}

function neededKey(key: string | undefined): string {
  if (key === undefined || key === '')
    throw new WrongUsage('CX_URL is set, so CX_KEY must hold an API key for it');
  return key;
}
