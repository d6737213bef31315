import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { COSTLY_REQUESTS, sendCostly } from '../kit/costly-requests.js';
import { startServer } from '../kit/server.js';
import type { TestServer } from '../kit/server.js';

/** Bytes that the answer to one request of 10 kB may have. */
const MOST_ANSWER = 1_000_000;

/** What they cost of a thread is measured by `npm run bench -- --only requests`. */
describe('one request of 10 kB', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  it.each(COSTLY_REQUESTS.map((request) => [request.name, request] as const))(
    'is answered, and draws less than 1 MB: %s',
    async (_name, request) => {
      const size = (request.body?.length ?? 0) + JSON.stringify([request.path, request.headers ?? {}]).length;
      expect(size).toBeLessThanOrEqual(10_000);
      const { status, bytes } = await sendCostly(server, request);
      expect(status).toBeLessThan(500);
      expect(bytes).toBeLessThan(MOST_ANSWER);
    },
  );
});
