import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api } from '../kit/api.js';
import { startServer } from '../kit/server.js';
import type { TestServer } from '../kit/server.js';
import { issueRaised } from '../kit/touchpoint.js';

describe('a request with an Idempotency-Key', () => {
  let server: TestServer;
  let api: Api;

  beforeAll(async () => {
    server = await startServer();
    api = Api.of(server);
  });
  afterAll(() => server.stop());

  const send = (key: string, json: unknown, more: object = {}) =>
    api.ask('/v1/events', { json, headers: { 'idempotency-key': key }, ...more });

  it('is answered as it was first, however often it comes', async () => {
    const first = await send('"k-1"', issueRaised('idem-1'));
    expect(first.body.results[0].status).toBe('recorded');
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    const again = await send('k-1', issueRaised('idem-1'));
    expect([again.status, again.text]).toEqual([200, first.text]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
  });

  it('is refused again when it was refused', async () => {
    const wrong = issueRaised('idem-2', { time: 'yesterday' });
    const first = await send('k-2', wrong);
    const again = await send('k-2', wrong);
    expect([first.status, again.status]).toEqual([422, 422]);
    expect({ ...again.body, requestId: '' }).toEqual({ ...first.body, requestId: '' });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
  });

  it('is refused when another request came under the key', async () => {
    await send('k-3', issueRaised('idem-3'));
    const other = await send('k-3', issueRaised('idem-4'));
    expect([other.status, other.body.type]).toEqual([422, 'urn:cx-ledger:problem:idempotency-key-reused']);
  });

  it('is another one for another caller', async () => {
    const key = await api.mint(['publisher']);
    await send('k-5', issueRaised('idem-5'));
    expect((await send('k-5', issueRaised('idem-6'), { key })).body.results[0].status).toBe('recorded');
  });

  it('is worked on once when it comes twice at a time', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => send('k-7', issueRaised('idem-7'))));
    const statuses = answers.map(({ status }) => status);
    expect(statuses).toContain(200);
    expect(statuses.filter((status) => status !== 200 && status !== 409)).toEqual([]);
    const recorded = answers.filter(
      ({ status, headers }) => status === 200 && !headers.has('idempotency-replayed'),
    );
    expect(recorded).toHaveLength(1);
  });

  it('needs a key that can be one', async () => {
    expect((await send('', issueRaised('idem-8'))).status).toBe(400);
    expect((await send('x'.repeat(256), issueRaised('idem-8'))).body.type).toBe(
      'urn:cx-ledger:problem:invalid-idempotency-key',
    );
  });

  it('A20: is worked on again where something of it may be accepted later', async () => {
    const ahead = (id: string) => issueRaised(id, { time: new Date(Date.now() + 600_000).toISOString() });
    const single = ahead('idem-20');
    const batch = [issueRaised('idem-21'), ahead('idem-22')];
    for (const [key, json] of [
      ['k-20', single],
      ['k-21', batch],
    ] as const) {
      await send(key, json);
      expect((await send(key, json)).headers.get('idempotency-replayed')).toBeNull();
    }
    const { body } = await send('k-21', batch);
    expect(body.results.map(({ status }: { status: string }) => status)).toEqual(['duplicate', 'rejected']);
    const final = [issueRaised('idem-23'), issueRaised('idem-24', { data: {} })];
    await send('k-22', final);
    expect((await send('k-22', final)).headers.get('idempotency-replayed')).toBe('true');
  });

  it('may publish a policy', async () => {
    const json = {
      policy: 'hours',
      version: 1,
      effectiveFrom: '2026-01-01T00:00:00Z',
      zone: 'Europe/Berlin',
      weekly: [],
    };
    const headers = { 'idempotency-key': 'k-9' };
    const first = await api.ask('/v1/policies/business-hours', { json, headers });
    const again = await api.ask('/v1/policies/business-hours', { json, headers });
    expect([again.status, again.text === first.text || again.status === 422]).toEqual([first.status, true]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
  });
});
