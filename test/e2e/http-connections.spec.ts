import { connect } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api } from '../kit/api.js';
import { answersIn, exchange, rawRequest } from '../kit/raw-http.js';
import { startServer } from '../kit/server.js';
import type { TestServer } from '../kit/server.js';
import { issueRaised } from '../kit/touchpoint.js';

const HOST = 'host: localhost';
const CLOSE = 'connection: close';

describe('connections', () => {
  let server: TestServer;
  let api: Api;

  beforeAll(async () => {
    server = await startServer({
      env: { CX_CORS_ORIGINS: 'https://desk.example', CX_LOG: 'warn', CX_BODY_SECONDS: '2' },
    });
    api = Api.of(server);
    await api.publish(issueRaised('seen'));
  });
  afterAll(() => server.stop());

  const live = (...headers: readonly string[]) => rawRequest('GET /health/live HTTP/1.1', [HOST, ...headers]);

  it('C8: have their requests answered one by one, in order, and not more than 33 sent ahead', async () => {
    const heard = await exchange(server.url, live().repeat(200));
    const answers = answersIn(heard);
    expect(answers.map(({ status }) => status)).toEqual(Array(33).fill(200));
    const few = answersIn(await exchange(server.url, live().repeat(9) + live(CLOSE)));
    expect(few).toHaveLength(10);
  });

  it('C23: answer the good request before bytes that are not HTTP, and then say so', async () => {
    const [good, bad, ...more] = answersIn(await exchange(server.url, `${live()}GARBAGE\r\n\r\n`));
    expect([good!.status, bad!.status, more]).toEqual([200, 400, []]);
    expect(JSON.parse(bad!.text)).toMatchObject({ type: 'urn:cx-ledger:problem:bad-request' });
  });

  const refused: readonly (readonly [string, string])[] = [
    ['two Host headers', rawRequest('GET /health/live HTTP/1.1', [HOST, 'host: other', CLOSE])],
    ['HTTP/0.9', 'GET /health/live\r\n\r\n'],
    ['HTTP/0.9 by name', rawRequest('GET /health/live HTTP/0.9', [HOST, CLOSE])],
    ['HTTP/2.0', rawRequest('GET /health/live HTTP/2.0', [HOST, CLOSE])],
    ['no Host', rawRequest('GET /health/live HTTP/1.1', [CLOSE])],
    ['a URL that cannot be decoded', rawRequest('GET /v1/customers/%zz HTTP/1.1', [HOST, CLOSE])],
  ];

  it.each(refused)('C23: refuse %s with a problem and the security headers', async (_what, bytes) => {
    const [answer] = answersIn(await exchange(server.url, bytes));
    expect([answer!.status, answer!.headers['content-type']]).toEqual([
      400,
      expect.stringContaining('application/problem+json'),
    ]);
    expect(answer!.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'content-security-policy': expect.stringContaining("default-src 'self'"),
    });
  });

  it('C23: answer errors with the security headers, whoever refuses', async () => {
    const answers = await Promise.all([
      api.ask('/v1/churn-risk', { key: null }),
      api.ask('/v1/nowhere'),
      api.ask('/v1/events', { method: 'DELETE' }),
      api.ask('/v1/customers/nobody'),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([401, 404, 405, 404]);
    for (const { headers } of answers) expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('C23: let scripts of an allowed origin ask first, and call every method of a path', async () => {
    const preflight = (origin: string, path: string, method: string) =>
      api.ask(path, {
        method: 'OPTIONS',
        key: null,
        headers: {
          origin,
          'access-control-request-method': method,
          'access-control-request-headers': 'authorization',
        },
      });
    const keys = await preflight('https://desk.example', '/v1/keys/0123456789abcdef', 'DELETE');
    expect([keys.status, keys.headers.get('access-control-allow-methods')]).toEqual([204, 'DELETE']);
    expect(keys.headers.get('access-control-allow-origin')).toBe('https://desk.example');
    expect(keys.headers.get('access-control-allow-headers')).toBe('authorization');
    const events = await preflight('https://desk.example', '/v1/events', 'POST');
    expect(events.headers.get('access-control-allow-methods')).toBe('POST');
    const elsewhere = await preflight('https://elsewhere.example', '/v1/events', 'POST');
    expect(elsewhere.headers.get('access-control-allow-origin')).toBeNull();
    const read = await api.ask('/health/live', { headers: { origin: 'https://desk.example' } });
    expect(read.headers.get('access-control-allow-origin')).toBe('https://desk.example');
  });

  it('C23: refuse parameters and encodings that every object has', async () => {
    for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
      const answer = await api.ask(`/v1/churn-risk?${name}=1`);
      expect([name, answer.status, answer.body?.errors]).toEqual([
        name,
        400,
        [{ pointer: `/${name}`, detail: 'is not a parameter of this route' }],
      ]);
      const key = await api.ask('/v1/keys', {
        body: `{"label":"x","roles":["reader"],"${name}":1}`,
        headers: { 'content-type': 'application/json' },
      });
      expect([name, key.status]).toEqual([name, 422]);
    }
    const headers = { 'content-encoding': 'constructor' };
    expect((await api.ask('/v1/events', { json: [issueRaised('x')], headers })).status).toBe(415);
  });

  /** Sends the head and a little of a body that is said to be long, and then more and more of it. */
  async function dripping(headers: readonly string[]): Promise<string> {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    socket.write(rawRequest('POST /v1/events HTTP/1.1', [HOST, 'content-length: 100000', ...headers], '['));
    const drip = setInterval(() => socket.write(' '), 50);
    let heard = '';
    socket.on('data', (bytes: Buffer) => (heard += bytes.toString('latin1')));
    socket.on('error', () => undefined);
    await once(socket, 'close');
    clearInterval(drip);
    return heard;
  }

  it('C19: end soon when a body goes on dripping after 401', async () => {
    const heard = await dripping(['content-type: application/json']);
    expect(answersIn(heard).map(({ status }) => status)).toEqual([401]);
  });

  it.each(['application/json', 'application/x-ndjsonx', 'application/x-ndjson2; a=b'])(
    'C19: end after the time for bodies where one drips: %s',
    async (type) => {
      const heard = await dripping([`content-type: ${type}`, `authorization: Bearer ${server.key}`]);
      const [answer] = answersIn(heard);
      expect([answer!.status, JSON.parse(answer!.text).type]).toEqual([
        408,
        'urn:cx-ledger:problem:request-timeout',
      ]);
    },
  );

  it('C23: are not logged as errors when an upload is broken off', async () => {
    const { hostname, port } = new URL(server.url);
    for (const type of ['application/json', 'application/x-ndjson']) {
      const socket = connect(Number(port), hostname);
      const headers = [
        HOST,
        `content-type: ${type}`,
        `authorization: Bearer ${server.key}`,
        'content-length: 9000',
      ];
      socket.write(rawRequest('POST /v1/events HTTP/1.1', headers, '{"a":'));
      await api.ask('/health/live');
      socket.destroy();
      await once(socket, 'close');
    }
    await api.ask('/health/ready');
    expect(server.output()).not.toContain('"level":"error"');
  });

  it('A9: read CloudEvents headers as percent-encoded or plain UTF-8, and refuse other bytes', async () => {
    const body = JSON.stringify(issueRaised('x').data);
    const send = async (id: string, subject: string | Buffer) => {
      const head = rawRequest('POST /v1/events HTTP/1.1', [
        ...[HOST, CLOSE, `authorization: Bearer ${server.key}`, 'content-type: application/json'],
        ...[
          `content-length: ${Buffer.byteLength(body)}`,
          'ce-specversion: 1.0',
          'ce-type: cx.IssueRaised.v1',
        ],
        ...['ce-source: /desk', `ce-id: ${id}`, 'ce-time: 2026-01-05T09:30:00Z', 'ce-subject: @@'],
      ]);
      const [before, after] = head.split('@@');
      const bytes = Buffer.concat([Buffer.from(before!), Buffer.from(subject), Buffer.from(after! + body)]);
      return answersIn(await exchange(server.url, bytes))[0]!;
    };
    expect((await send('plain', 'Möbius')).status).toBe(200);
    expect((await send('encoded', 'M%C3%B6bius')).status).toBe(200);
    expect((await send('quoted', '"M%C3%B6bius"')).status).toBe(200);
    const latin1 = await send('latin1', Buffer.from('Möbius', 'latin1'));
    expect([latin1.status, JSON.parse(latin1.text).errors]).toEqual([
      422,
      [{ pointer: '/subject', detail: 'the header must be UTF-8, best percent-encoded (ö is %C3%B6)' }],
    ]);
    const { body: recorded } = await api.ask('/v1/audit/customers/M%C3%B6bius/events');
    expect(recorded.items.map(({ event }: { event: { customer: string } }) => event.customer)).toEqual(
      Array(3).fill('Möbius'),
    );
  });
});
