import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api } from '../kit/api.js';
import { startServer } from '../kit/server.js';
import type { TestServer } from '../kit/server.js';

describe('published business hours', () => {
  let server: TestServer;
  let api: Api;

  beforeAll(async () => {
    server = await startServer();
    api = Api.of(server);
  });
  afterAll(() => server.stop());

  const publish = (version: number, effectiveFrom: string) =>
    api.ask('/v1/policies/business-hours', {
      json: { policy: 'office', version, effectiveFrom, zone: 'Europe/Berlin', weekly: [] },
    });

  it('A15: say when they take effect where their effectiveFrom lies inside a local day', async () => {
    const inside = await publish(1, '2026-01-07T10:00:00+01:00');
    expect(inside.body).toMatchObject({
      status: 'recorded',
      warnings: [
        {
          pointer: '/effectiveFrom',
          detail:
            'lies inside a day in Europe/Berlin: the hours take effect at the next local midnight, 2026-01-07T23:00:00.000Z',
        },
      ],
    });
    const midnight = await publish(2, '2026-01-08T00:00:00+01:00');
    expect(midnight.body).toMatchObject({ status: 'recorded' });
    expect(midnight.body).not.toHaveProperty('warnings');
  });
});
