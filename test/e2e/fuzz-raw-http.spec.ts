import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Api } from '../kit/api.js';
import { expectGoodAnswer } from '../kit/good-answer.js';
import { startServer } from '../kit/server.js';
import type { TestServer } from '../kit/server.js';
import { issueRaised } from '../kit/touchpoint.js';
import { WildClient } from '../kit/wild-client.js';

const RUNS = Number(process.env['CX_FUZZ_RUNS'] ?? 60);
const CRLF = '\r\n';

/** The bytes of a good request, to be broken. */
function goodRequest(key: string, id: string): string {
  const body = JSON.stringify(issueRaised(id));
  const head = [
    'POST /v1/events HTTP/1.1',
    'host: 127.0.0.1',
    `authorization: Bearer ${key}`,
    'content-type: application/cloudevents+json',
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  return head.join(CRLF) + CRLF + CRLF + body;
}

/** The answers in what came over a connection. */
function answersIn(heard: string): { status: number; headers: Record<string, string>; text: string }[] {
  const answers = [];
  for (let rest = heard; rest.startsWith('HTTP/1.1 ');) {
    const end = rest.indexOf(CRLF + CRLF);
    const [first, ...lines] = rest.slice(0, end).split(CRLF);
    const headers = Object.fromEntries(
      lines.map((line) => [line.split(':')[0]!.toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
    );
    const length = Number(headers['content-length'] ?? 0);
    const text = Buffer.from(rest.slice(end + 4, end + 4 + length), 'latin1').toString('utf8');
    const status = Number(first!.split(' ')[1]);
    // 100 Continue is not yet an answer.
    if (status >= 200) answers.push({ status, headers, text });
    rest = rest.slice(end + 4 + length);
  }
  return answers;
}

describe('a server that is sent broken HTTP', () => {
  let server: TestServer;
  let client: WildClient;

  beforeAll(async () => {
    server = await startServer({ env: { CX_LOG: 'error' } });
    client = new WildClient(server.url);
  });
  afterAll(async () => {
    client.close();
    await server.stop();
  });

  async function write(bytes: string | Uint8Array, silenceMillis?: number): Promise<void> {
    for (const answer of answersIn(await client.write(bytes, silenceMillis))) expectGoodAnswer(answer);
  }

  async function expectHealthy(): Promise<void> {
    const api = Api.of(server);
    expect((await api.ask('/health/ready')).status).toBe(200);
    await api.publish(issueRaised('healthy'));
    expect(server.output()).not.toMatch(/"level":"error"|Unhandled|at .*\.js:\d+/);
  }

  const broken: readonly (readonly [string, (good: string) => string])[] = [
    ['no HTTP at all', () => 'hello\r\n\r\n'],
    ['a handshake of TLS', () => '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003'],
    ['HTTP/2 without asking', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a version that there is not', (good) => good.replace('HTTP/1.1', 'HTTP/9.9')],
    ['no host', (good) => good.replace('host: 127.0.0.1\r\n', '')],
    ['two lengths', (good) => good.replace('content-length', 'content-length: 1\r\ncontent-length')],
    ['a length that is no number', (good) => good.replace(/content-length: \d+/, 'content-length: -1')],
    [
      'a length and chunks',
      (good) => good.replace('content-type', 'transfer-encoding: chunked\r\ncontent-type'),
    ],
    ['chunks that are none', (good) => good.replace(/content-length: \d+/, 'transfer-encoding: chunked')],
    ['an unknown transfer encoding', (good) => good.replace(/content-length: \d+/, 'transfer-encoding: xyz')],
    ['a header without a name', (good) => good.replace('host', ': x\r\nhost')],
    ['a header with a control character', (good) => good.replace('host', 'x: a\u0001b\r\nhost')],
    ['a folded header', (good) => good.replace('host', 'x: a\r\n b\r\nhost')],
    ['headers that are too large', (good) => good.replace('host', `x: ${'y'.repeat(20_000)}\r\nhost`)],
    ['two thousand headers', (good) => good.replace('host', 'a: b\r\n'.repeat(2_001) + 'host')],
    ['a URL that is too long', (good) => good.replace('/v1/events', `/${'x'.repeat(20_000)}`)],
    ['a URL with a blank', (good) => good.replace('/v1/events', '/v1/ev ents')],
    ['an absolute URL', (good) => good.replace('/v1/events', 'http://elsewhere.example/v1/events')],
    ['a star for a URL', (good) => good.replace('POST /v1/events', 'OPTIONS *')],
    ['CONNECT', (good) => good.replace('POST /v1/events', 'CONNECT example.org:443')],
    ['an upgrade', (good) => good.replace('host', 'connection: upgrade\r\nupgrade: websocket\r\nhost')],
    ['an expectation', (good) => good.replace('host', 'expect: a-miracle\r\nhost')],
    ['100-continue', (good) => good.replace('host', 'expect: 100-continue\r\nhost')],
    ['a body that ends too early', (good) => good.slice(0, -20)],
    ['ten requests at once', (good) => good.repeat(10)],
    ['line ends without CR', (good) => good.replaceAll(CRLF, '\n')],
  ];

  it.each(broken)('answers %s with a problem, or not at all', async (_what, breaks) => {
    await write(breaks(goodRequest(server.key, 'raw')));
    await expectHealthy();
  });

  it('answers requests with bytes changed, left out or put in at any place', async () => {
    const change = fc.tuple(fc.nat(), fc.nat({ max: 8 }), fc.uint8Array({ maxLength: 8 }));
    const property = fc.asyncProperty(
      fc.array(change, { minLength: 1, maxLength: 4 }),
      fc.nat(),
      async (changes, id) => {
        let bytes = Buffer.from(goodRequest(server.key, `changed-${id}`));
        for (const [at, cut, put] of changes) {
          const from = at % bytes.length;
          bytes = Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(from + cut)]);
        }
        await write(bytes, 60);
      },
    );
    await fc.assert(property, { numRuns: RUNS });
    await expectHealthy();
  });

  it('lets go of many who write a little and leave', async () => {
    const good = goodRequest(server.key, 'half');
    const leaving = Array.from({ length: 60 }, (_, i) => write(good.slice(0, (i * 7) % good.length), 20 + i));
    await Promise.all(leaving);
    await expectHealthy();
  });
});
