import type { AddressInfo } from 'node:net';
import { DEFAULT_TENANT, StoreFault } from '#event-sourcing';
import { jsonLines, openHttpApplication, removeServerFile, writeServerFile } from '#platform';
import type { HttpApplication, RouteRow, Settings } from '#platform';
import { takeBodiesAsBytes } from './bodies/body-parsers.js';
import { API_DOCUMENT, describeApi, DOCS } from './describe-api.js';
import { pseudonymiseIds } from './pseudonyms/pseudonymous-ids.js';
import { ServerModule } from './server.module.js';
import { openLedger } from './wiring/ledger.js';
import type { Ledger } from './wiring/ledger.js';

/** A server that listens. */
export interface RunningServer {
  readonly url: string;
  readonly routes: readonly RouteRow[];
  /** Acts for any tenant; also in server.json. */
  readonly operatorKey: string;
  readonly masterKey: Ledger['masterKey'];
  /** The administrator's key that the first start made; undefined on every later one. */
  readonly firstKey: string | undefined;
  /** Refuses new requests, answers those under way, closes the stores. Safe to call twice. */
  stop(): Promise<void>;
}

/** Opens the ledger and listens. Throws StoreFault with one line that says what to do. */
export async function startServer(settings: Settings): Promise<RunningServer> {
  const ledger = await openLedger(settings);
  try {
    const http = await openHttp(ledger);
    const url = await listen(http, settings);
    const { folder } = settings.store;
    writeServerFile(folder, { pid: process.pid, url, operatorKey: ledger.operator.key });
    let stopping: Promise<void> | undefined;
    return {
      ...{ url, routes: http.routes, masterKey: ledger.masterKey, operatorKey: ledger.operator.key },
      firstKey: await firstKey(ledger),
      stop: () => (stopping ??= stop(http, ledger)),
    };
  } catch (error) {
    await ledger.close();
    throw error;
  }
}

async function openHttp(ledger: Ledger): Promise<HttpApplication> {
  const { corsOrigins, log } = ledger.settings;
  const http = await openHttpApplication(ServerModule.over(ledger), {
    ...{ corsOrigins, logger: jsonLines(log) },
    doorkeepers: { keys: ledger.keyRing, operator: ledger.operator, tokens: ledger.tokens },
    open: [`/${DOCS}`, `/${API_DOCUMENT}`],
    bodies: (instance) => {
      takeBodiesAsBytes(instance, ledger.settings);
      pseudonymiseIds(instance, ledger.pseudonyms);
    },
  });
  describeApi(http.nest);
  return http;
}

async function listen({ nest }: HttpApplication, { port, host }: Settings): Promise<string> {
  try {
    // Not nest.listen, which writes a log line of its own about a port in use.
    await nest.init();
    await nest.getHttpAdapter().getInstance().listen({ port, host });
  } catch (error) {
    await nest.close();
    throw cannotListen(error as NodeJS.ErrnoException, port, host);
  }
  const { port: taken } = nest.getHttpServer().address() as AddressInfo;
  const name = host.includes(':') ? `[${host}]` : host === '0.0.0.0' ? '127.0.0.1' : host;
  return `http://${name}:${taken}`;
}

function cannotListen({ code, message }: NodeJS.ErrnoException, port: number, host: string): StoreFault {
  const reasons: { readonly [code: string]: string } = {
    EADDRINUSE: `port ${port} is in use by another program: stop it, or choose another by CX_PORT (0 takes a free one)`,
    EACCES: `port ${port} needs more rights: choose one above 1023 by CX_PORT`,
    EADDRNOTAVAIL: `this machine has no address ${host}: choose another by CX_HOST`,
    ENOTFOUND: `the name ${host} is not known: choose another by CX_HOST`,
  };
  return new StoreFault(
    'cannot-listen',
    reasons[code ?? ''] ?? `cannot listen on ${host}:${port}: ${message}`,
  );
}

async function firstKey({ access, keyRing, settings }: Ledger): Promise<string | undefined> {
  if (settings.firstKey === 'off' || !(await access.isEmpty())) return undefined;
  const { key } = await keyRing.mint({
    tenant: DEFAULT_TENANT,
    roles: ['admin'],
    label: 'made at the first start',
  });
  return key;
}

async function stop({ nest, drain }: HttpApplication, ledger: Ledger): Promise<void> {
  const { store, drainSeconds } = ledger.settings;
  removeServerFile(store.folder);
  await drain.run(nest.getHttpAdapter().getInstance(), drainSeconds * 1000);
  await nest.close();
  await ledger.close();
}
