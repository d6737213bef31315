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

  it('is previewed without being published, and refused as publishing would refuse it', async () => {
    const draft = policy(9, '2026-01-01T00:00:00Z', 1);
    const known = (await api.ask('/v1/policies/sla')).body.items;
    const preview = await api.ask('/v1/policies/sla/preview?asOf=2026-01-31T00:00:00Z', draft);
    // Two hours hold since the first test: one hour makes no other breach of an issue that took three.
    expect(preview).toMatchObject({
      status: 200,
      body: { asOf: '2026-01-31T00:00:00.000Z', issues: 1, appear: 0, vanish: 0 },
    });
    const later = await api.ask('/v1/policies/sla/preview?from=2026-01-06T00:00:00Z', draft);
    expect(later.body).toMatchObject({ effectiveFrom: '2026-01-06T00:00:00.000Z', appear: 0, vanish: 0 });
    const lenient = await api.ask('/v1/policies/sla/preview', policy(9, '2026-01-01T00:00:00Z', 100));
    expect(lenient.body).toMatchObject({
      ...{ appear: 0, vanish: 1 },
      examples: [{ customer: 'c-1', issueId: 'issue-r', breached: false }],
    });
    expect((await api.ask('/v1/policies/sla')).body.items).toEqual(known);
    const wrong = { json: { ...draft.json, pauseOn: [] } };
    expect(await api.ask('/v1/policies/sla/preview', wrong)).toMatchObject({
      status: 422,
      body: {
        errors: [{ pointer: '/pauseOn', detail: 'this field is not known; did you mean `pausesOn`?' }],
      },
    });
  });

  it('can be read with everything that it says, also where it is built in or a preset', async () => {
    const show = async (path: string) => (await api.ask(`/v1/policies/${path}`)).body;
    expect(await show('scoring/default@1')).toMatchObject({
      ...{ builtIn: true, inForce: true },
      complete: { baseRate: 0.2, weights: { behaviour: 40, attitude: 35, advocacy: 15, process: 10 } },
    });
    const weights = async (id: string) => {
      const { weights: all } = (await show(`scoring/${id}`)).complete as {
        weights: { [name: string]: number };
      };
      return [all['behaviour'], all['attitude'], all['advocacy'], all['process']];
    };
    expect(await weights('customer-intimacy')).toEqual([25, 40, 20, 15]);
    expect(await weights('operational-excellence')).toEqual([35, 25, 10, 30]);
    expect(await weights('product-leadership')).toEqual([40, 30, 25, 5]);
    expect(await show('sla/default@1')).toMatchObject({
      ...{ builtIn: true, inForce: false },
      complete: { pausesOn: ['customer'], targets: { critical: { resolutionSeconds: 14_400 } } },
    });
    expect(await show('sla/sla@1')).toMatchObject({
      complete: { targets: { high: { resolutionSeconds: 7_200, firstAnswerSeconds: 3_600 } } },
    });
    const preset = { json: { policy: 'ours', version: 1, preset: 'operational-excellence' } };
    expect((await api.ask('/v1/policies/scoring', preset)).body.status).toBe('recorded');
    expect(await weights('ours@1')).toEqual([35, 25, 10, 30]);
  });
});
