import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LIMITS } from '#event-sourcing';
import fc from 'fast-check';
import { readConfig } from '#platform';
import { startServer as openServer } from '../../apps/server/src/server.js';
import { Api } from '../kit/api.js';
import { expectGoodAnswer, expectProblem } from '../kit/good-answer.js';
import { newDataFolder, startServer } from '../kit/server.js';
import type { TestServer } from '../kit/server.js';
import { issueRaised } from '../kit/touchpoint.js';
import { WildClient } from '../kit/wild-client.js';
import type { WildAnswer, WildRequest } from '../kit/wild-client.js';
import { binaryHeaders, wildBody, wildEvent, wildHeaders } from '../kit/wild-input.js';
import { wildQuery, wildSegment, wildType } from '../kit/wild-input.js';

/** Cases of each property; a longer hunt sets it higher. On failure fast-check prints seed and path. */
const RUNS = Number(process.env['CX_FUZZ_RUNS'] ?? 200);

describe('a server that is sent nonsense', () => {
  let server: TestServer;
  let client: WildClient;
  let routes: readonly { method: string; path: string }[];
  let asked = 0;

  beforeAll(async () => {
    routes = await routeTable();
    server = await startServer({ env: { CX_AFTER_SECONDS: '1', CX_BODY_LIMIT: '128KiB', CX_LOG: 'error' } });
    client = new WildClient(server.url);
    await Api.of(server).publish(issueRaised('seen', { subject: 'c-1' }));
  });
  afterAll(async () => {
    client.close();
    await server.stop();
  });

  async function send(request: WildRequest): Promise<WildAnswer> {
    const authorization = `Bearer ${server.key}`;
    const answer = await client.send({ ...request, headers: { authorization, ...request.headers } });
    asked++;
    expectGoodAnswer(answer, request.method);
    return answer;
  }

  /** Holds the property, then that the server is as it was before. */
  async function hunt<T extends [unknown, ...unknown[]]>(property: fc.IAsyncProperty<T>): Promise<void> {
    await fc.assert(property, { numRuns: RUNS, endOnFailure: false, interruptAfterTimeLimit: 240_000 });
    await expectHealthy();
  }

  async function expectHealthy(): Promise<void> {
    const api = Api.of(server);
    expect((await api.ask('/health/ready')).status).toBe(200);
    const [result] = await api.publish(issueRaised(`after-${asked}`, { subject: 'c-1' }));
    expect((await api.ask(`/v1/customers/c-1?after=${result!.position}`)).status).toBe(200);
    expect(server.output()).not.toMatch(/"level":"error"|Unhandled|at .*\.js:\d+/);
  }

  it('answers any body of any content type', async () => {
    await hunt(
      fc.asyncProperty(
        wildBody,
        wildType,
        wildHeaders,
        fc.constantFrom('', '?atomic=true', '?atomic=1'),
        async (body, type, wild, query) => {
          const headers = { ...wild, ...(type !== undefined && { 'content-type': type }) };
          await send({ method: 'POST', path: `/v1/events${query}`, headers, body });
        },
      ),
    );
  });

  it('answers for each event of a batch, in the order sent, and refuses with reasons', async () => {
    await hunt(
      fc.asyncProperty(fc.array(wildEvent, { maxLength: 8 }), async (events) => {
        const headers = { 'content-type': 'application/cloudevents-batch+json' };
        const body = JSON.stringify(events);
        const { status, text } = await send({ method: 'POST', path: '/v1/events', headers, body });
        expect([status, text]).toEqual([200, expect.any(String)]);
        const { results } = JSON.parse(text) as { results: Result[] };
        const ids = (JSON.parse(body) as { id?: unknown }[]).map(({ id }) =>
          typeof id === 'string' && id.length <= LIMITS.idBytes ? id : null,
        );
        expect(results.map(({ id }) => id)).toEqual(ids);
        for (const { status: became, problem } of results) {
          expect(['recorded', 'duplicate', 'rejected']).toContain(became);
          if (became === 'rejected') expectProblem(problem!, problem!.status);
        }
      }),
    );
  });

  it('answers events in binary mode with any headers', async () => {
    await hunt(
      fc.asyncProperty(binaryHeaders, wildBody, async (headers, body) => {
        await send({ method: 'POST', path: '/v1/events', headers, body });
      }),
    );
  });

  it('answers every route with any parameters and any caller', async () => {
    const caller = fc.constantFrom(
      undefined,
      '',
      'Bearer x',
      'Bearer cxk_x_y',
      'Bearer a.b.c',
      'Basic eDp5',
      'Bearer cxo_x',
    );
    for (const { method, path } of routes) {
      const property = fc.asyncProperty(
        fc.infiniteStream(wildSegment),
        wildQuery,
        fc.option(caller, { freq: 4 }),
        wildHeaders,
        wildBody,
        async (segments, query, key, wild, body) => {
          const filled = path.replace(/:\w+|\*/g, () => segments.next().value);
          // Null: the right key.
          const headers = {
            ...wild,
            'content-type': 'application/json',
            ...(key !== null && { authorization: key ?? '' }),
          };
          await send({ method, path: filled + query, headers, ...(method === 'POST' && { body }) });
        },
      );
      // The hundred routes of measures are one handler.
      const share = path.startsWith('/v1/measures/') ? 40 : 4;
      await fc.assert(property, { numRuns: Math.ceil(RUNS / share) });
    }
    await expectHealthy();
  }, 180_000);

  it('answers reads by every parameter that they know, in any value', async () => {
    const reads = routes.filter(({ method, path }) => method === 'GET' && path.startsWith('/v1/'));
    const property = fc.asyncProperty(fc.constantFrom(...reads), wildQuery, async ({ path }, query) => {
      const filled = path.replace(':kind', 'sla').replace(/:\w+/g, 'c-1');
      await send({ method: 'GET', path: filled + query });
    });
    await hunt(property);
  });

  it('answers any method on any path', async () => {
    const method = fc.constantFrom(
      ...[
        'GET',
        'POST',
        'PUT',
        'PATCH',
        'DELETE',
        'HEAD',
        'OPTIONS',
        'TRACE',
        'PROPFIND',
        'SEARCH',
        'LOCK',
        'QUERY',
      ],
    );
    const known = fc.constantFrom(...routes.map(({ path }) => path));
    const path = fc.oneof(
      known,
      fc.array(wildSegment, { maxLength: 4 }).map((parts) => `/${parts.join('/')}`),
    );
    await hunt(
      fc.asyncProperty(method, path, wildQuery, wildHeaders, async (verb, where, query, headers) => {
        await send({ method: verb, path: where + query, headers });
      }),
    );
  });
});

interface Result {
  readonly id: string | null;
  readonly status: string;
  readonly problem?: Parameters<typeof expectProblem>[0] & { status: number };
}

/** Every route as the framework knows it, from a server in this process. */
async function routeTable(): Promise<{ method: string; path: string }[]> {
  const folder = newDataFolder();
  const running = await openServer(
    readConfig({ CX_PORT: '0', CX_STORE: `embedded:${folder}`, CX_LOG: 'off' }),
  );
  await running.stop();
  return running.routes.filter(({ method }) => !['HEAD', 'OPTIONS'].includes(method));
}
