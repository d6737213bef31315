import { request } from 'node:http';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api } from '../kit/api.js';
import { startServer } from '../kit/server.js';
import type { TestServer } from '../kit/server.js';
import { issueRaised } from '../kit/touchpoint.js';

const NDJSON = { 'content-type': 'application/x-ndjson' };

describe('a stream of events, one a line', () => {
  let server: TestServer;
  let api: Api;

  beforeAll(async () => {
    server = await startServer({ env: { CX_BODY_SECONDS: '1' } });
    api = Api.of(server);
  });
  afterAll(() => server.stop());

  const linesOf = (count: number, name: string) =>
    Array.from({ length: count }, (_, i) => JSON.stringify(issueRaised(`${name}-${i}`))).join('\n');

  it('is recorded however long it is, and counted', async () => {
    const body = linesOf(20_000, 'long');
    expect(body.length).toBeGreaterThan(3 * 1024 * 1024);
    const first = await api.ask('/v1/events', { headers: NDJSON, body });
    expect([first.status, first.body]).toEqual([
      200,
      { lines: 20_000, recorded: 20_000, duplicates: 0, rejected: 0, position: '20000', rejections: [] },
    ]);
    const again = await api.ask('/v1/events', { headers: NDJSON, body });
    expect(again.body).toMatchObject({ recorded: 0, duplicates: 20_000 });
  });

  it('may be packed', async () => {
    const gzip = { ...NDJSON, 'content-encoding': 'gzip' };
    const answer = await api.ask('/v1/events', { headers: gzip, body: gzipSync(linesOf(100, 'gzip')) });
    expect(answer.body.recorded).toBe(100);
    const zstd = { ...NDJSON, 'content-encoding': 'zstd' };
    const other = await api.ask('/v1/events', {
      headers: zstd,
      body: zstdCompressSync(linesOf(100, 'zstd')),
    });
    expect(other.body.recorded).toBe(100);
    const bomb = await api.ask('/v1/events', {
      headers: gzip,
      body: gzipSync(`${linesOf(1, 'gzip')}\n`.repeat(20_000)),
    });
    expect([bomb.status, bomb.body.type]).toEqual([413, 'urn:cx-ledger:problem:expanded-too-large']);
    const broken = await api.ask('/v1/events', { headers: gzip, body: linesOf(1, 'broken') });
    expect([broken.status, broken.body.type]).toEqual([400, 'urn:cx-ledger:problem:bad-request']);
  });

  it('C4: is recorded whole where it is packed in several parts, or refused where something is left over', async () => {
    const [first, second] = [`${linesOf(50, 'part-1')}\n`, linesOf(50, 'part-2')];
    for (const [encoding, pack] of [
      ['gzip', gzipSync],
      ['zstd', zstdCompressSync],
    ] as const) {
      const headers = { ...NDJSON, 'content-encoding': encoding };
      const body = Buffer.concat([pack(first), pack(second)]);
      const { lines, recorded, duplicates } = (await api.ask('/v1/events', { headers, body })).body;
      expect([lines, recorded + duplicates]).toEqual([100, 100]);
      const left = await api.ask('/v1/events', {
        headers,
        body: Buffer.concat([body, Buffer.from('left over')]),
      });
      expect([left.status, left.body.type]).toEqual([400, 'urn:cx-ledger:problem:bad-request']);
    }
  });

  it('C5: is given up where most of a thousand lines are refused, and not where most are good', async () => {
    const body = `${linesOf(10, 'few')}\n${'{\n'.repeat(5_000)}`;
    const answer = await api.ask('/v1/events', { headers: NDJSON, body });
    expect([answer.status, answer.body]).toEqual([
      422,
      expect.objectContaining({
        type: 'urn:cx-ledger:problem:too-many-refusals',
        firstRefusal: expect.objectContaining({ line: 11 }),
        recorded: 10,
      }),
    ]);
    expect(answer.body.lines).toBeLessThan(2_000);
    const mostlyGood = `${linesOf(1_100, 'most')}\n${'{\n'.repeat(1_050)}`;
    const { body: taken } = await api.ask('/v1/events', { headers: NDJSON, body: mostlyGood });
    expect([taken.recorded, taken.rejected, taken.rejections.length]).toEqual([1_100, 1_050, 1_000]);
  });

  it('names the lines that are refused, and records the others', async () => {
    const good = JSON.stringify(issueRaised('among'));
    const body = [good, '', '{"id":', JSON.stringify(issueRaised('late', { time: undefined })), good].join(
      '\r\n',
    );
    const { body: answer } = await api.ask('/v1/events', { headers: NDJSON, body });
    expect(answer).toMatchObject({ lines: 5, recorded: 1, duplicates: 1, rejected: 2 });
    expect(
      answer.rejections.map(({ line, problem }: { line: number; problem: { type: string } }) => [
        line,
        problem.type.split(':').at(-1),
      ]),
    ).toEqual([
      [3, 'malformed-json'],
      [4, 'invalid-event'],
    ]);
  });

  it('cannot be atomic, and has a bound on its lines', async () => {
    const atomic = await api.ask('/v1/events?atomic=true', { headers: NDJSON, body: linesOf(1, 'atomic') });
    expect([atomic.status, atomic.body.errors[0].pointer]).toEqual([400, '/atomic']);
    const long = await api.ask('/v1/events', {
      headers: NDJSON,
      body: `${linesOf(600, 'bound')}\n${'x'.repeat(1_100_000)}`,
    });
    expect([long.status, long.body.type]).toEqual([413, 'urn:cx-ledger:problem:line-too-large']);
    expect(long.body.detail).toMatch(/line 601 .*; lines 1 to 500 were processed/);
    expect(long.body).toMatchObject({ lines: 500, recorded: 500 });
  });

  it('is given up when nothing comes any more, and says how far it was taken in', async () => {
    const answer = await new Promise<{ status?: number; text: string }>((resolve, reject) => {
      const headers = { ...NDJSON, authorization: `Bearer ${server.key}`, 'transfer-encoding': 'chunked' };
      const sent = request(`${server.url}/v1/events`, { method: 'POST', headers }, (response) => {
        let text = '';
        response.on('data', (bytes: Buffer) => (text += bytes.toString()));
        response.on('end', () => resolve({ status: response.statusCode, text }));
      });
      sent.on('error', reject);
      sent.write(`${linesOf(700, 'idle')}\n{"id":`);
    });
    expect(answer.status).toBe(408);
    expect(JSON.parse(answer.text)).toMatchObject({
      type: 'urn:cx-ledger:problem:request-timeout',
      lines: 500,
    });
  });
});
