import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api } from '../kit/api.js';
import { startServer } from '../kit/server.js';
import type { TestServer } from '../kit/server.js';
import { issueRaised, sentEvent } from '../kit/touchpoint.js';

describe('a policy that takes effect in the past', () => {
  let server: TestServer;
  let api: Api;

  beforeAll(async () => {
    server = await startServer();
    api = Api.of(server);
  });
  afterAll(() => server.stop());

  const policy = (version: number, effectiveFrom: string, hours: number) => ({
    json: {
      ...{ policy: 'sla', version, effectiveFrom },
      targets: { high: { resolutionSeconds: hours * 3600 } },
    },
  });

  it('B20: is answered with what it changes, and published when that is confirmed', async () => {
    const [, closed] = await api.publish(
      issueRaised('r', { time: '2026-01-05T10:00:00Z' }),
      sentEvent('cx.IssueClosed.v1', 'c', { issueId: 'issue-r' }, { time: '2026-01-05T13:00:00Z' }),
    );
    await api.ask(`/v1/issues?after=${closed!.position}`);
    // High issues have eight hours by default, and this one took three.
    const strict = policy(1, '2026-01-01T00:00:00Z', 2);
    const refused = await api.ask('/v1/policies/sla', strict);
    expect(refused).toMatchObject({
      status: 409,
      body: {
        type: 'urn:cx-ledger:problem:confirmation-needed',
        ...{ issues: 1, appear: 1, vanish: 0 },
        examples: [{ customer: 'c-1', issueId: 'issue-r', breached: true }],
      },
    });
    expect((await api.ask('/v1/policies/sla')).body.items).toEqual([]);
    const confirmed = await api.ask('/v1/policies/sla?confirm=true', strict);
    expect(confirmed).toMatchObject({ status: 200, body: { status: 'recorded' } });
    // A repeat changes nothing more, and what changes nothing needs no word.
    expect((await api.ask('/v1/policies/sla', strict)).body.status).toBe('duplicate');
    expect((await api.ask('/v1/policies/sla', policy(2, '2026-02-01T00:00:00Z', 1))).status).toBe(200);
    const ahead = policy(3, new Date(Date.now() + 3_600_000).toISOString(), 1);
    expect((await api.ask('/v1/policies/sla', ahead)).status).toBe(200);
    expect((await api.ask('/v1/policies/sla?confirm=yes', strict)).status).toBe(400);
    expect((await api.ask('/v1/policies/sla', { json: { policy: 'sla' } })).status).toBe(422);
  });
});
