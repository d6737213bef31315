import { readFileSync } from 'node:fs';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api } from '../kit/api.js';
import { startServer } from '../kit/server.js';
import type { TestServer } from '../kit/server.js';
import { issueRaised } from '../kit/touchpoint.js';

const MiB = 1024 * 1024;
const BATCH = { 'content-type': 'application/cloudevents-batch+json' };

/** The most memory that the process has held so far, bytes. */
function peakMemory({ pid }: TestServer): number {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!;
  return Number(kilobytes) * 1024;
}

const linux = process.platform === 'linux' ? describe : describe.skip;

linux('a server that is sent bodies made to harm it', () => {
  let server: TestServer;
  let api: Api;

  beforeAll(async () => {
    server = await startServer();
    api = Api.of(server);
    await api.publish(issueRaised('warm'));
  });
  afterAll(() => server.stop());

  it('C5: holds no more memory for 60 small packed bodies at one time than its limits allow', async () => {
    const before = peakMemory(server);
    const body = zstdCompressSync(Buffer.alloc(64 * MiB, ' '));
    const headers = { ...BATCH, 'content-encoding': 'zstd' };
    const answers = await Promise.all(
      Array.from({ length: 60 }, () => api.ask('/v1/events', { headers, body })),
    );
    expect(new Set(answers.map(({ body: { type } }) => type))).toEqual(
      new Set(['urn:cx-ledger:problem:expanded-too-large']),
    );
    expect((peakMemory(server) - before) / MiB).toBeLessThan(150);
  });

  it('C2: is not ended by a long name above many wrong numbers, nor does it answer much', async () => {
    const long = `{"${'n'.repeat(400)}":[${Array(400).fill('1e999').join()}]}`;
    const headers = { 'content-type': 'application/cloudevents+json', 'idempotency-key': 'long-name' };
    const answer = await api.ask('/v1/events', { headers, body: long });
    expect([answer.status, answer.body.errors.length]).toEqual([422, 20]);
    expect(answer.text.length).toBeLessThan(10_000);
    const packed = gzipSync(`{"${'n'.repeat(500_000)}":[${Array(50_000).fill('1e999').join()}]}`);
    const bomb = await api.ask('/v1/events', {
      headers: { ...headers, 'content-encoding': 'gzip' },
      body: packed,
    });
    expect(bomb.status).toBeGreaterThanOrEqual(400);
    expect(bomb.text.length).toBeLessThan(10_000);
    expect((await api.ask('/health/live')).status).toBe(200);
  });

  it('C5: refuses bodies that are too large before they have come', async () => {
    const answer = await api.ask('/v1/policies/sla', { json: { policy: 'x'.repeat(2 * MiB) } });
    expect([answer.status, answer.body.type]).toEqual([413, 'urn:cx-ledger:problem:body-too-large']);
  });
});
