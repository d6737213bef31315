import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api } from '../kit/api.js';
import type { ApiAnswer } from '../kit/api.js';
import { startServer } from '../kit/server.js';
import type { TestServer } from '../kit/server.js';
import { issueRaised } from '../kit/touchpoint.js';

const REQUESTS = 30;
const EVENTS = 10;

/** Ten events of a customer of their own. */
const eventsOf = (request: number) =>
  Array.from({ length: EVENTS }, (_, i) => issueRaised(`${request}-${i}`, { subject: `c-slow-${request}` }));

describe('a server whose disk does not come along', () => {
  let server: TestServer;
  let api: Api;

  beforeAll(async () => {
    // Forty events may be under way: four of the requests.
    server = await startServer({ env: { CX_QUEUE_EVENTS: '40', CX_BATCH_LIMIT: '20' } });
    api = Api.of(server);
    const [before] = await api.publish(issueRaised('before', { subject: 'c-before' }));
    expect((await api.ask(`/v1/customers/c-before?after=${before!.position}`)).status).toBe(200);
  });
  afterAll(() => server.stop());

  const send = (request: number) => api.ask('/v1/events', { json: eventsOf(request) });

  it('takes whole requests or none, says when to come again, answers readers, and loses nothing', async () => {
    const refused: number[] = [];
    const expectWholeOrNone = ({ status, headers, body }: ApiAnswer, request: number): void => {
      if (status === 200) {
        const statuses = body.results.map((result: { status: string }) => result.status);
        expect(statuses).toEqual(Array.from({ length: EVENTS }, () => 'recorded'));
        return;
      }
      expect([429, 503]).toContain(status);
      expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
      refused.push(request);
    };

    // Whoever holds the write lock of the keys' file is a disk that has not answered yet: new customers need a key.
    const holder = new DatabaseSync(join(server.folder, 'keys.sqlite'));
    holder.exec('BEGIN IMMEDIATE');
    const sent = Array.from({ length: REQUESTS }, (_, request) => send(request));
    const first = await Promise.race(sent);
    expect([429, 503]).toContain(first.status);
    for (const path of ['/v1/customers/c-before', '/v1/issues', '/v1/projections', '/health/live']) {
      expect([path, (await api.ask(path)).status]).toEqual([path, 200]);
    }
    holder.exec('ROLLBACK');
    holder.close();
    (await Promise.all(sent)).forEach(expectWholeOrNone);
    expect(refused.length).toBeGreaterThanOrEqual(REQUESTS - 4);

    for (const request of refused) {
      expect((await api.ask(`/v1/audit/customers/c-slow-${request}/events`)).status).toBe(404);
    }
    for (const request of [...refused]) {
      const again = await send(request);
      expect([again.status, again.body.results?.length]).toEqual([200, EVENTS]);
    }
    const positions = new Set<string>();
    for (let request = 0; request < REQUESTS; request++) {
      const { body } = await api.ask(`/v1/audit/customers/c-slow-${request}/events`);
      expect(body.items).toHaveLength(EVENTS);
      for (const { position } of body.items) positions.add(position);
    }
    expect(positions.size).toBe(REQUESTS * EVENTS);
  });
});
