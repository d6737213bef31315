import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LIMITS } from '#event-sourcing';
import { allTouchpoints } from '#journey';
import { PROBLEMS } from '#api';
import { Api } from '../kit/api.js';
import { startServer } from '../kit/server.js';
import type { TestServer } from '../kit/server.js';
import { issueRaised } from '../kit/touchpoint.js';

describe('publishing as the API describes itself', () => {
  let server: TestServer;
  let api: Api;

  beforeAll(async () => {
    server = await startServer();
    api = Api.of(server);
  });
  afterAll(() => server.stop());

  it('B6: names every answer of POST /v1/events, with its headers', async () => {
    const { body: document } = await api.ask('/openapi.json');
    const { responses, parameters, requestBody } = document.paths['/v1/events'].post;
    expect(Object.keys(responses).sort()).toEqual([
      ...['200', '400', '401', '403', '408', '409', '410', '413', '415', '422', '429', '503', 'default'],
    ]);
    for (const status of ['429', '503']) expect(responses[status].headers).toHaveProperty('Retry-After');
    expect(Object.keys(responses['200'].headers)).toEqual([
      'RateLimit',
      'RateLimit-Policy',
      'Idempotency-Replayed',
    ]);
    expect(responses['413'].description).toContain('`expanded-too-large`');
    expect(parameters.map(({ name }: { name: string }) => name).sort()).toEqual([
      ...['Content-Encoding', 'Idempotency-Key', 'atomic', 'dryRun'],
    ]);
    expect(Object.keys(requestBody.content)).toContain('application/x-ndjson');
    const answers = responses['200'].content['application/json'].schema.oneOf;
    expect(answers).toEqual([
      { $ref: '#/components/schemas/Results' },
      { $ref: '#/components/schemas/StreamResults' },
    ]);
  });

  it('B6: names every kind of problem, the limits, and how to correct an event', async () => {
    const { body: document } = await api.ask('/openapi.json');
    const { enum: types } = document.components.schemas.Problem.properties.type;
    expect(types).toEqual(Object.keys(PROBLEMS).map((code) => `urn:cx-ledger:problem:${code}`));
    const { description } = document.paths['/v1/events'].post;
    for (const limit of [LIMITS.eventsPerRequest, LIMITS.bodyBytes, LIMITS.eventBytes]) {
      expect(description).toContain(limit.toLocaleString('en-US'));
    }
    expect(description).toContain('cx.EventRetracted.v1');
  });

  it('B6: has no reference that leads nowhere', async () => {
    const { text, body: document } = await api.ask('/openapi.json');
    const names = [...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name!);
    expect(names.filter((name) => !(name in document.components.schemas))).toEqual([]);
  });

  it('B6: lists the types of events, and gives the JSON Schema of each', async () => {
    const { status, body } = await api.ask('/v1/schemas', { key: null });
    expect([status, body.next]).toEqual([200, null]);
    expect(body.items.map(({ type }: { type: string }) => type)).toEqual(
      allTouchpoints().map(({ type }) => type),
    );
    for (const { schema, description } of body.items) {
      const answer = await api.ask(schema, { key: null });
      expect(answer.body).toMatchObject({
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        type: 'object',
        description,
      });
    }
    const feedback = (await api.ask('/v1/schemas/cx.FeedbackGiven.v1')).body;
    expect(feedback.required).toEqual(['survey', 'score']);
    const unknown = await api.ask('/v1/schemas/constructor');
    expect([unknown.status, unknown.body.type]).toEqual([404, 'urn:cx-ledger:problem:not-found']);
  });

  it('B6: says by dryRun=true what would become of events, and stores nothing', async () => {
    await api.publish(issueRaised('there'));
    const json = [
      issueRaised('there'),
      issueRaised('new', { subject: 'c-dry' }),
      issueRaised('bad', { time: 'x' }),
    ];
    const headers = { 'idempotency-key': 'dry' };
    const { body } = await api.ask('/v1/events?dryRun=true', { json, headers });
    const { views, ...rest } = body;
    // The views as they would be, of those whom it concerns: a key that only publishes does not see them.
    expect(views).toMatchObject({
      items: [{ customer: 'c-dry', known: true, views: { issues: { openCount: 1 } } }],
      leftOut: 0,
    });
    const publisher = await api.mint(['publisher']);
    const blind = await api.ask('/v1/events?dryRun=true', { json, key: publisher });
    expect(blind.body).toEqual(rest);
    expect(rest).toEqual({
      dryRun: true,
      results: [
        { id: 'there', status: 'duplicate', position: '1', revision: 0 },
        { id: 'new', status: 'recorded' },
        { id: 'bad', status: 'rejected', problem: expect.objectContaining({ status: 422 }) },
      ],
    });
    expect((await api.ask('/v1/audit/customers/c-dry/events')).status).toBe(404);
    const single = await api.ask('/v1/events?dryRun=true', { json: issueRaised('bad', { time: 'x' }) });
    expect(single.status).toBe(422);
    const lines = { 'content-type': 'application/x-ndjson' };
    expect((await api.ask('/v1/events?dryRun=true', { headers: lines, body: '{}' })).status).toBe(400);
    const { body: real } = await api.ask('/v1/events', { json, headers });
    expect(real.results.map(({ status }: { status: string }) => status)).toEqual([
      ...['duplicate', 'recorded', 'rejected'],
    ]);
  });
});
