import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LIMITS } from '#event-sourcing';
import { Api } from '../kit/api.js';
import { isExactNumber } from '../kit/exact-number.js';
import { expectGoodAnswer } from '../kit/good-answer.js';
import { startServer } from '../kit/server.js';
import type { TestServer } from '../kit/server.js';
import { issueRaised } from '../kit/touchpoint.js';
import { WildClient } from '../kit/wild-client.js';
import type { WildAnswer, WildRequest } from '../kit/wild-client.js';

const RUNS = Number(process.env['CX_FUZZ_RUNS'] ?? 200);
const STRUCTURED = { 'content-type': 'application/cloudevents+json' };
const TRY = '/v1/events?dryRun=true';

/** With a checksum, so that changed bytes are noticed as they are in gzip. */
const zstd = (text: string) => zstdCompressSync(text, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
const PACK = { gzip: (text: string) => gzipSync(text), zstd } as const;

describe('a server that is sent hostile numbers, names, frames and cursors', () => {
  let server: TestServer;
  let api: Api;
  let client: WildClient;

  beforeAll(async () => {
    server = await startServer({ env: { CX_LOG: 'error' } });
    api = Api.of(server);
    client = new WildClient(server.url);
    await api.publish(
      ...Array.from({ length: 5 }, (_, i) => issueRaised(`seen-${i}`, { subject: `c-${i}` })),
    );
  });
  afterAll(async () => {
    client.close();
    await server.stop();
  });

  async function send(request: WildRequest): Promise<WildAnswer> {
    const authorization = `Bearer ${server.key}`;
    const answer = await client.send({ ...request, headers: { authorization, ...request.headers } });
    expectGoodAnswer(answer, request.method);
    expect(answer.text.length).toBeLessThan(1_000_000);
    return answer;
  }

  async function hunt<T extends [unknown, ...unknown[]]>(property: fc.IAsyncProperty<T>): Promise<void> {
    await fc.assert(property, { numRuns: RUNS, interruptAfterTimeLimit: 120_000 });
    expect((await api.ask('/health/ready')).status).toBe(200);
    expect(server.output()).not.toMatch(/"level":"error"|Unhandled|at .*\.js:\d+/);
  }

  /** The text of an event with one more field, put in as it is written. */
  const eventWith = (member: string) => {
    const text = JSON.stringify(issueRaised('fuzzed'));
    return text.replace('"data":{', () => `"data":{${member},`);
  };

  it('takes exactly the numbers that a double keeps, of 64 characters at most', async () => {
    const digits = (most: number) => fc.stringMatching(new RegExp(`^[0-9]{1,${most}}$`));
    const number = fc
      .record({
        sign: fc.constantFrom('', '-'),
        whole: fc.oneof(fc.constant('0'), fc.stringMatching(/^[1-9][0-9]{0,20}$/)),
        fraction: fc.option(digits(50), { nil: undefined }),
        exponent: fc.option(fc.integer({ min: -330, max: 330 }), { nil: undefined }),
      })
      .map(
        ({ sign, whole, fraction, exponent }) =>
          sign +
          whole +
          (fraction === undefined ? '' : `.${fraction}`) +
          (exponent === undefined ? '' : `e${exponent}`),
      );
    await hunt(
      fc.asyncProperty(number, async (written) => {
        const { status, text } = await send({
          method: 'POST',
          path: TRY,
          headers: STRUCTURED,
          body: eventWith(`"n":${written}`),
        });
        const kept = isExactNumber(written) && written.length <= LIMITS.jsonNumber;
        const safe = Math.abs(Number(written)) <= Number.MAX_SAFE_INTEGER;
        expect([written, status]).toEqual([written, kept && safe ? 200 : 422]);
        if (!kept) expect(text).toContain('lossy-number');
      }),
    );
  });

  it('takes exactly the names that are well formed, new in their object, and of 512 characters at most', async () => {
    const unit = fc.oneof(fc.constantFrom('grapheme', 'binary', 'grapheme-ascii'));
    const name = unit.chain((kind) =>
      fc.oneof(
        fc.string({ unit: kind as 'binary', maxLength: 20 }),
        fc.string({ unit: kind as 'binary', minLength: 300, maxLength: 700 }),
      ),
    );
    await hunt(
      fc.asyncProperty(name, fc.boolean(), async (written, twice) => {
        const member = `${JSON.stringify(written)}:1`;
        const body = eventWith(twice ? `${member},${member}` : member);
        const { status } = await send({ method: 'POST', path: TRY, headers: STRUCTURED, body });
        const known = Object.hasOwn(issueRaised('x').data as object, written);
        const good = written.length <= LIMITS.jsonName && !twice && !known;
        if (!['sentiment', 'contactId', 'description', 'team'].includes(written))
          expect([written, status]).toEqual([written, good ? 200 : 422]);
      }),
    );
  });

  it('never takes fewer lines than were packed, however the frames are cut, changed or added to', async () => {
    const change = fc.record({ at: fc.nat(), cut: fc.nat({ max: 6 }), put: fc.uint8Array({ maxLength: 6 }) });
    const property = fc.asyncProperty(
      fc.constantFrom<keyof typeof PACK>('gzip', 'zstd'),
      fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 5 }),
      fc.option(change, { nil: undefined }),
      async (encoding, parts, changed) => {
        const count = parts.reduce((sum, lines) => sum + lines, 0);
        const line = `${JSON.stringify(issueRaised('line'))}\n`;
        let body = Buffer.concat(parts.map((lines) => PACK[encoding](line.repeat(lines))));
        if (changed !== undefined) {
          const from = changed.at % body.length;
          body = Buffer.concat([body.subarray(0, from), changed.put, body.subarray(from + changed.cut)]);
        }
        const headers = { 'content-type': 'application/x-ndjson', 'content-encoding': encoding };
        const { status, text } = await send({ method: 'POST', path: '/v1/events', headers, body });
        if (changed === undefined && count > 0) expect(status).toBe(200);
        if (status !== 200) return;
        const { recorded, duplicates, rejected } = JSON.parse(text) as Record<string, number>;
        expect([recorded! + duplicates!, rejected]).toEqual([count, 0]);
      },
    );
    await hunt(property);
  });

  it('refuses every cursor that was changed', async () => {
    const lists = ['/v1/churn-risk?limit=1', '/v1/loyalty?limit=1', '/v1/issues?limit=1'];
    const pages = await Promise.all(lists.map((path) => api.ask(path)));
    const cursors = pages.flatMap(({ body }, i) =>
      body.next === null ? [] : ([[lists[i]!, body.next as string]] as const),
    );
    expect(cursors.length).toBeGreaterThan(0);
    const change = fc.record({ at: fc.nat(), cut: fc.nat({ max: 3 }), put: fc.string({ maxLength: 3 }) });
    await hunt(
      fc.asyncProperty(fc.constantFrom(...cursors), change, async ([path, cursor], { at, cut, put }) => {
        const from = at % cursor.length;
        const changed = cursor.slice(0, from) + put + cursor.slice(from + cut);
        if (changed === cursor) return;
        const { status, text } = await send({
          method: 'GET',
          path: `${path}&cursor=${encodeURIComponent(changed)}`,
        });
        expect([changed, status, text.includes('bad-cursor') || changed === '']).toEqual([
          changed,
          400,
          true,
        ]);
      }),
    );
  });
});
