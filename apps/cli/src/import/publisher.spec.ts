import { createServer, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Client } from '../server/client.js';
import type { Answer } from '#api';
import { PUBLISHER_DEFAULTS, Publisher } from './publisher.js';

const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
});

/** A publisher's other side: `answer` decides what becomes of each batch. */
async function listening(
  answer: (ids: readonly string[], response: ServerResponse, request: number) => void,
): Promise<Client> {
  let requests = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const events = JSON.parse(Buffer.concat(chunks).toString()) as { id: string }[];
      answer(
        events.map(({ id }) => id),
        response,
        ++requests,
      );
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push(server);
  return new Client({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, key: 'k' });
}

function recorded(ids: readonly string[], response: ServerResponse): void {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ results: ids.map((id) => ({ id, status: 'recorded', position: id })) }));
}

async function publish(client: Client, count: number, bounds = { ...PUBLISHER_DEFAULTS, batchEvents: 3 }) {
  const answers = new Map<number, Answer<'Result'>>();
  const publisher = new Publisher<number>(
    client,
    (origin, answer) => void answers.set(origin, answer),
    bounds,
  );
  for (let i = 1; i <= count; i++)
    await publisher.add([{ json: JSON.stringify({ id: String(i) }), origin: i }]);
  await publisher.finish();
  return answers;
}

describe('a publisher', () => {
  it('sends every event once, in batches, and gives each its own answer', async () => {
    const batches: number[] = [];
    const client = await listening((ids, response) => {
      batches.push(ids.length);
      recorded(ids, response);
    });
    const answers = await publish(client, 10);
    expect(batches.sort()).toEqual([1, 3, 3, 3]);
    expect([...answers.entries()].every(([origin, { id }]) => String(origin) === id)).toBe(true);
    expect(answers.size).toBe(10);
  });

  it('has no more batches under way than it may', async () => {
    const waiting: (() => void)[] = [];
    let most = 0;
    const client = await listening((ids, response) => {
      waiting.push(() => recorded(ids, response));
      most = Math.max(most, waiting.length);
      if (waiting.length === 2) waiting.splice(0).forEach((go) => go());
    });
    await publish(client, 12, { ...PUBLISHER_DEFAULTS, batchEvents: 3, inFlight: 2 });
    expect(most).toBe(2);
  });

  it('waits and tries again when the server asks for it, and when the connection is lost', async () => {
    const client = await listening((ids, response, request) => {
      if (request === 1) response.writeHead(503, { 'retry-after': '0' }).end('{"type":"urn:x:overloaded"}');
      else if (request === 2) response.destroy();
      else recorded(ids, response);
    });
    expect((await publish(client, 2)).size).toBe(2);
  });

  it('gives up at what waiting cannot mend, with the words of the server', async () => {
    const client = await listening((_, response) =>
      response
        .writeHead(401)
        .end(JSON.stringify({ type: 'urn:cx-ledger:problem:unauthenticated', detail: 'no valid key' })),
    );
    await expect(publish(client, 5)).rejects.toThrow(/no valid key/);
  });

  it('gives up when its patience is at an end', async () => {
    const client = await listening((_, response) => response.writeHead(503).end('{"detail":"too busy"}'));
    await expect(publish(client, 2, { ...PUBLISHER_DEFAULTS, retryMillis: 150 })).rejects.toThrow(/too busy/);
  });
});
