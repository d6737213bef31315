import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ConnectionQueues } from './connection-queues.js';

describe('C8: the requests of a connection', () => {
  let server: ReturnType<typeof createServer>;
  let begun: { url: string; response: ServerResponse }[];
  let arrived: () => void;

  beforeEach(async () => {
    begun = [];
    arrived = () => undefined;
    const queues = new ConnectionQueues((request, response) => {
      begun.push({ url: request.url!, response });
      arrived();
    });
    server = createServer((request, response) => queues.add(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => server.close().closeAllConnections());

  const open = () => connect((server.address() as AddressInfo).port, '127.0.0.1');
  const get = (path: string) => `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`;
  const untilBegun = async (count: number) => {
    while (begun.length < count) await new Promise<void>((resolve) => (arrived = resolve));
  };

  it('begin when the one before has been answered, in their order', async () => {
    const socket = open();
    socket.write(get('/1') + get('/2') + get('/3'));
    for (const count of [1, 2, 3]) {
      await untilBegun(count);
      expect(begun.map(({ url }) => url)).toEqual(['/1', '/2', '/3'].slice(0, count));
      begun[count - 1]!.response.end();
    }
    socket.destroy();
  });

  it('do not wait for those of other connections', async () => {
    const [one, other] = [open(), open()];
    one.write(get('/one') + get('/never'));
    await untilBegun(1);
    other.write(get('/other'));
    await untilBegun(2);
    expect(begun.map(({ url }) => url)).toEqual(['/one', '/other']);
    one.destroy();
    other.destroy();
  });

  it('do not begin when the client has gone', async () => {
    const socket = open();
    socket.write(get('/1') + get('/2'));
    await untilBegun(1);
    const closed = once(begun[0]!.response, 'close');
    socket.destroy();
    await closed;
    expect(begun.map(({ url }) => url)).toEqual(['/1']);
  });
});
