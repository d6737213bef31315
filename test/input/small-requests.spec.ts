import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { request as httpRequest } from 'node:http';
import { startServer } from '../kit/server.js';
import type { TestServer } from '../kit/server.js';
import { COSTLY_REQUESTS } from './costly-requests.js';
import type { CostlyRequest } from './costly-requests.js';
import { busiest, threadTimes } from './thread-times.js';

/** What one request of 10 kB may cost at most. */
const MOST_MILLIS = 100;
const MOST_ANSWER = 1_000_000;
/** The least of these is what the request costs; others may hold garbage collection and compilation of what came before. */
const ROUNDS = 4;

const linux = process.platform === 'linux' ? describe : describe.skip;

linux('one request of 10 kB', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  function send({
    method = 'POST',
    path,
    headers,
    body,
  }: CostlyRequest): Promise<{ status: number; bytes: number }> {
    return new Promise((resolve, reject) => {
      const sent = httpRequest(new URL(server.url), {
        method,
        path,
        headers: { authorization: `Bearer ${server.key}`, ...headers },
      });
      sent.once('error', reject);
      sent.once('response', (response) => {
        let bytes = 0;
        response.on('data', (piece: Buffer) => (bytes += piece.length));
        response.once('end', () => resolve({ status: response.statusCode!, bytes }));
      });
      sent.end(body);
    });
  }

  it.each(COSTLY_REQUESTS.map((request) => [request.name, request] as const))(
    'costs at most 100 ms of any thread, and draws less than 1 MB: %s',
    async (_name, request) => {
      const size = (request.body?.length ?? 0) + JSON.stringify([request.path, request.headers ?? {}]).length;
      expect(size).toBeLessThanOrEqual(10_000);
      let least = Infinity;
      for (let round = 0; round < ROUNDS && least > MOST_MILLIS / 2; round++) {
        const before = threadTimes(server.pid);
        const { status, bytes } = await send(request);
        least = Math.min(least, busiest(before, threadTimes(server.pid)));
        expect(status).toBeLessThan(500);
        expect(bytes).toBeLessThan(MOST_ANSWER);
      }
      if (process.env['CX_SHOW_COSTS'] !== undefined) console.log(`${least.toFixed(1)} ms  ${request.name}`);
      expect(least).toBeLessThan(MOST_MILLIS);
    },
  );
});
