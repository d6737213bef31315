import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api } from '../kit/api.js';
import type { ApiAnswer, ApiRequest } from '../kit/api.js';
import { startServer } from '../kit/server.js';
import type { TestServer } from '../kit/server.js';
import { issueRaised } from '../kit/touchpoint.js';
import type { SentEvent } from '../kit/touchpoint.js';

const STRUCTURED = { 'content-type': 'application/cloudevents+json' };

describe('what a new user gets wrong', () => {
  let server: TestServer;
  let api: Api;

  beforeAll(async () => {
    server = await startServer({ env: { CX_BODY_LIMIT: '64KiB', CX_BATCH_LIMIT: '50' } });
    api = Api.of(server);
  });
  afterAll(() => server.stop());

  /** Every refusal is a problem of that code and status that says what to do. */
  function expectProblem(answer: ApiAnswer, status: number, code: string): void {
    expect([answer.status, answer.body?.type]).toEqual([status, `urn:cx-ledger:problem:${code}`]);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.body.detail).not.toBe('');
    expect(answer.body.requestId).toBe(answer.headers.get('x-request-id'));
  }

  const send = (event: object) => api.ask('/v1/events', { headers: STRUCTURED, body: JSON.stringify(event) });

  const wrongEvents: readonly (readonly [string, SentEvent, string, string])[] = [
    ['a missing field', { data: { category: 'x', severity: 'low' } }, 'invalid-event', '/data/issueId'],
    [
      'a wrong word',
      { data: { issueId: 'i', category: 'x', severity: 'huge' } },
      'invalid-event',
      '/data/severity',
    ],
    [
      'a number as text',
      { data: { issueId: 'i', category: 'x', severity: 'low', sentiment: '1' } },
      'invalid-event',
      '/data/sentiment',
    ],
    ['no time', { time: undefined }, 'invalid-event', '/time'],
    ['a time without a zone', { time: '2026-01-31T10:00:00' }, 'invalid-event', '/time'],
    ['a time in the future', { time: '2999-01-01T00:00:00Z' }, 'time-in-future', '/time'],
    ['an e-mail address as customer', { subject: 'ann@example.com' }, 'personal-identifier', '/subject'],
    ['a telephone number as customer', { subject: '+49 170 1234567' }, 'personal-identifier', '/subject'],
    ['no customer', { subject: undefined }, 'invalid-event', '/subject'],
    ['an unknown type', { type: 'cx.IssueRised.v1' }, 'unknown-type', '/type'],
    ['an unknown version', { type: 'cx.IssueRaised.v9' }, 'unknown-version', '/type'],
    ['another specversion', { specversion: '0.3' }, 'invalid-event', '/specversion'],
    [
      'a policy among events',
      {
        type: 'cx.SlaPolicyPublished.v1',
        subject: undefined,
        data: { policy: 'p', version: 1, effectiveFrom: '2026-01-01T00:00:00Z', targets: {} },
      },
      'wrong-endpoint',
      '/type',
    ],
  ];

  it.each(wrongEvents)('an event with %s', async (_what, changes, code, pointer) => {
    const answer = await send(issueRaised('wrong', changes));
    expectProblem(answer, 422, code);
    expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
    expect(JSON.stringify(answer.body)).not.toMatch(/ann@example|1234567/);
  });

  const wrongRequests: readonly (readonly [string, string, ApiRequest, number, string])[] = [
    [
      'JSON that ends too early',
      '/v1/events',
      { headers: STRUCTURED, body: '{"id":' },
      400,
      'malformed-json',
    ],
    [
      'a body in another type',
      '/v1/events',
      { headers: { 'content-type': 'text/csv' }, body: 'a,b' },
      415,
      'unsupported-media-type',
    ],
    ['no body', '/v1/events', { method: 'POST', headers: STRUCTURED }, 400, 'empty-body'],
    [
      'a list where one event is meant',
      '/v1/events',
      { headers: STRUCTURED, body: '[]' },
      422,
      'invalid-event',
    ],
    [
      'a body that is too large',
      '/v1/events',
      { headers: STRUCTURED, body: `"${'x'.repeat(70_000)}"` },
      413,
      'body-too-large',
    ],
    [
      'too many events',
      '/v1/events',
      { json: Array.from({ length: 51 }, () => ({})) },
      413,
      'too-many-events',
    ],
    [
      'JSON that is nested too deeply',
      '/v1/events',
      { headers: STRUCTURED, body: '{"a":'.repeat(40) + '1' + '}'.repeat(40) },
      422,
      'too-deep',
    ],
    ['a parameter that is not known', '/v1/events?atomc=true', { json: [] }, 400, 'invalid-query'],
    ['a route that is not there', '/v1/customer/c-1', {}, 404, 'no-such-route'],
    ['an analysis that is not there', '/v1/insights/foo', {}, 404, 'unknown-insight'],
    ['a URL that is badly encoded', '/v1/customers/%zz', {}, 400, 'bad-request'],
    ['an unknown customer', '/v1/customers/nobody', {}, 404, 'not-found'],
    ['the events of an unknown customer', '/v1/audit/customers/nobody/events', {}, 404, 'not-found'],
    ['a limit beyond the most', '/v1/churn-risk?limit=1001', {}, 400, 'invalid-query'],
    ['a time without a zone', '/v1/customers/c-1?asOf=2026-01-01', {}, 400, 'invalid-query'],
    ['a parameter given twice', '/v1/churn-risk?band=low&band=high', {}, 400, 'invalid-query'],
    ['a cursor of nothing', '/v1/churn-risk?cursor=abc', {}, 400, 'bad-cursor'],
    ['a position beyond the log', '/v1/churn-risk?after=999999', {}, 422, 'position-unknown'],
    ['an unknown kind of policy', '/v1/policies/discounts', {}, 404, 'not-found'],
    [
      'a policy with faults',
      '/v1/policies/sla',
      { json: { policy: 'p', version: 1 } },
      422,
      'invalid-policy',
    ],
    ['a rebuild for all by a tenant', '/v1/projections/issues/rebuild', { method: 'POST' }, 403, 'forbidden'],
    [
      'a key with unknown roles',
      '/v1/keys',
      { json: { label: 'x', roles: ['boss'] } },
      422,
      'invalid-key-request',
    ],
    ['a key that is not there', '/v1/keys/0000000000000000', { method: 'DELETE' }, 404, 'not-found'],
    ['no key', '/v1/churn-risk', { key: null }, 401, 'unauthenticated'],
    [
      'a wrong key',
      '/v1/churn-risk',
      { key: `cxk_0000000000000000_${'A'.repeat(43)}` },
      401,
      'unauthenticated',
    ],
    ['a key that is no key', '/v1/churn-risk', { key: 'secret' }, 401, 'unauthenticated'],
  ];

  it.each(wrongRequests)('%s', async (_what, path, request, status, code) => {
    expectProblem(await api.ask(path, request), status, code);
  });

  it('something that is not HTTP', async () => {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    socket.write('HELLO\r\n\r\n');
    let answer = '';
    for await (const bytes of socket) answer += String(bytes);
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(answer).toContain('urn:cx-ledger:problem:bad-request');
  });

  it('gives the request’s id back, the caller’s own if it is harmless', async () => {
    const own = await api.ask('/v1/nothing', { headers: { 'x-request-id': 'desk-7' } });
    expect([own.headers.get('x-request-id'), own.body.requestId]).toEqual(['desk-7', 'desk-7']);
    const other = await api.ask('/v1/nothing', { headers: { 'x-request-id': 'a b' } });
    expect(other.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});
