import { DEFAULT_TENANT, START } from '#event-sourcing';
import {
  checkOpenFiles,
  logAsJsonLines,
  openHttpApplication,
  placesOf,
  removeServerFile,
  writeServerFile,
} from '#platform';
import type { HttpApplication, RouteRow, Settings } from '#platform';
import { takeBodiesAsBytes } from './bodies/body-parsers.js';
import { API_DOCUMENT, describeApi, DOCS } from './describe-api.js';
import { checkAddress, listen } from './listen.js';
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
  /** The tenant default has no key: they must be made by `cx keys create`. */
  readonly withoutKeys: boolean;
  /** Refuses new requests, answers those under way, closes the stores. Safe to call twice. */
  stop(): Promise<void>;
}

/** Opens the ledger and listens. Throws StoreFault with one line that says what to do. */
export async function startServer(settings: Settings): Promise<RunningServer> {
  // Opening the ledger logs, too.
  logAsJsonLines(settings.log);
  checkOpenFiles();
  await checkAddress(settings);
  const ledger = await openLedger(settings);
  try {
    const http = await openHttp(ledger);
    const url = await listen(http, settings);
    writeServerFile(placesOf(settings).local, { pid: process.pid, url, operatorKey: ledger.operator.key });
    const withoutKeys = (await ledger.keyRing.list({ tenant: DEFAULT_TENANT, limit: 1 })).length === 0;
    const first = await firstKey(ledger, withoutKeys);
    let stopping: Promise<void> | undefined;
    return {
      ...{ url, routes: http.routes, masterKey: ledger.masterKey, operatorKey: ledger.operator.key },
      firstKey: first,
      withoutKeys: withoutKeys && first === undefined,
      stop: () => (stopping ??= stop(http, ledger)),
    };
  } catch (error) {
    await ledger.close();
    throw error;
  }
}

async function openHttp(ledger: Ledger): Promise<HttpApplication> {
  const { accessLog, corsOrigins } = ledger.settings;
  const http = await openHttpApplication(ServerModule.over(ledger), {
    corsOrigins,
    ...(accessLog === 'on' && { accessLog: ledger.accessLog }),
    authenticators: {
      keys: ledger.keyRing,
      operator: ledger.operator,
      tenants: ledger.tenants,
      tokens: ledger.tokens,
    },
    open: [`/${DOCS}`, `/${API_DOCUMENT}`],
    bodies: (instance) => {
      takeBodiesAsBytes(instance, ledger.settings);
      pseudonymiseIds(instance, ledger.pseudonyms);
    },
  });
  describeApi(http.nest);
  return http;
}

/**
 * The first key of a new ledger. Where events are recorded already, a missing key is no first start: access.sqlite may
 * have been removed, and whoever did it should not be given a key for what is recorded.
 */
async function firstKey(
  { keyRing, settings, store }: Ledger,
  withoutKeys: boolean,
): Promise<string | undefined> {
  // Of several servers that start together one makes it.
  if (
    !settings.roles.includes('ingest') ||
    settings.firstKey === 'off' ||
    !withoutKeys ||
    (await store.head()) !== START
  )
    return undefined;
  const { key } = await keyRing.mint({
    tenant: DEFAULT_TENANT,
    roles: ['admin'],
    label: 'made at the first start',
  });
  return key;
}

async function stop({ nest, drain }: HttpApplication, ledger: Ledger): Promise<void> {
  removeServerFile(placesOf(ledger.settings).local);
  await drain.run(nest.getHttpAdapter().getInstance(), ledger.settings.drainSeconds * 1000);
  await nest.close();
  await ledger.close();
}
