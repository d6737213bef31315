import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { StoreFault } from '#event-sourcing';
import type { HttpApplication, Settings } from '#platform';

type Address = Pick<Settings, 'port' | 'host'>;

/**
 * Throws StoreFault `cannot-listen` where the address cannot be had: asked before the first start makes a data folder
 * and a master key, so that a start that fails leaves nothing behind.
 */
export async function checkAddress({ port, host }: Address): Promise<void> {
  const probe = createServer();
  try {
    probe.listen({ port, host });
    await once(probe, 'listening');
  } catch (error) {
    throw cannotListen(error as NodeJS.ErrnoException, { port, host });
  }
  probe.close();
  await once(probe, 'close');
}

/** Listens and gives the address as a URL. Throws StoreFault `cannot-listen`. */
export async function listen({ nest }: HttpApplication, { port, host }: Settings): Promise<string> {
  try {
    // Not nest.listen, which writes a log line of its own about a port in use.
    await nest.init();
    await nest.getHttpAdapter().getInstance().listen({ port, host });
  } catch (error) {
    await nest.close();
    throw cannotListen(error as NodeJS.ErrnoException, { port, host });
  }
  const { port: taken } = nest.getHttpServer().address() as AddressInfo;
  const name = host.includes(':') ? `[${host}]` : host === '0.0.0.0' ? '127.0.0.1' : host;
  return `http://${name}:${taken}`;
}

function cannotListen({ code, message }: NodeJS.ErrnoException, { port, host }: Address): StoreFault {
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
