import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api } from '../kit/api.js';
import { startServer } from '../kit/server.js';
import type { TestServer } from '../kit/server.js';
import { issueRaised } from '../kit/touchpoint.js';

const eventsOf = (count: number, name: string) =>
  Array.from({ length: count }, (_, i) => issueRaised(`${name}-${i}`));

describe('pressure', () => {
  let server: TestServer;
  let api: Api;

  beforeAll(async () => {
    server = await startServer({ env: { CX_KEY_RATE: '100', CX_BODY_SECONDS: '1' } });
    api = Api.of(server);
  });
  afterAll(() => server.stop());

  it('tells each key what it may still send, and refuses what is more with the time to wait', async () => {
    const key = await api.mint(['publisher']);
    const first = await api.ask('/v1/events', { key, json: eventsOf(400, 'rate') });
    expect(first.headers.get('ratelimit-policy')).toBe('"events";q=1000;w=10');
    expect(first.headers.get('ratelimit')).toMatch(/^"events";r=6\d\d;t=4$/);
    await api.ask('/v1/events', { key, json: eventsOf(2_000, 'rate') });
    const refused = await api.ask('/v1/events', { key, json: [] });
    expect([refused.status, refused.body.type]).toEqual([429, 'urn:cx-ledger:problem:too-many-requests']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(5);
    expect(refused.headers.get('ratelimit')).toMatch(/^"events";r=0;t=\d+$/);
    const other = await api.mint(['publisher']);
    expect((await api.ask('/v1/events', { key: other, json: eventsOf(1, 'rate-other') })).status).toBe(200);
  });

  it('does not wait for ever for a body', async () => {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST /v1/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${api === undefined ? '' : server.key}\r\n` +
        'content-type: application/cloudevents+json\r\ncontent-length: 100\r\n\r\n{',
    );
    let answer = '';
    for await (const bytes of socket) answer += String(bytes);
    expect(answer).toMatch(/^HTTP\/1.1 408 /);
    expect(answer).toContain('urn:cx-ledger:problem:request-timeout');
  });
});
